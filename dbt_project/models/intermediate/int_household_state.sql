{{ carried_state('households', 'household_code') }}
