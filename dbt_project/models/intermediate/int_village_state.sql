{{ carried_state('village_income', 'village_code') }}
