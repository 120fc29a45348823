{{ carried_state('insurance_policies', "policy_number") }}
