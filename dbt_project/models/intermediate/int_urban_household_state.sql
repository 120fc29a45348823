{{ carried_state('urban_households', 'urban_household_code') }}
