{{ carried_state('equity_holdings', 'holder_code') }}
