{{ carried_state('base_fostering', 'contract_number', 'substr(contract_number, 4)') }}
