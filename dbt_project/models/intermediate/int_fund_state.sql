{{ carried_state('guarantee_funds', 'fund_code') }}
