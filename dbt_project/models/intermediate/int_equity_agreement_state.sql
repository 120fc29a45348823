{{ carried_state('equity_agreements', 'agreement_code') }}
