{{ carried_state('cooperatives', 'cooperative_code') }}
