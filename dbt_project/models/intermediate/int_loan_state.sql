{{ carried_state('guarantee_loans', 'contract_number', "substr(contract_number, 4)") }}
