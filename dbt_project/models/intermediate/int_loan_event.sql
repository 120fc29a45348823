{{ ledger_rows('loan_events') }}
