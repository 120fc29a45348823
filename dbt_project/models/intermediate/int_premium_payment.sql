{{ ledger_rows('premium_payments') }}
