{{ carried_state('village_profiles', 'village_code') }}
