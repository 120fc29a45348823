{{ ledger_rows('insurance_claims') }}
