{{ ledger_rows('loan_subsidies') }}
