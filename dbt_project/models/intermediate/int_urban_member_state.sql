{{ carried_state('urban_members', 'member_code') }}
