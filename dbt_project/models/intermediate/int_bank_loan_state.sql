{{ carried_state('bank_loans', 'contract_number') }}
