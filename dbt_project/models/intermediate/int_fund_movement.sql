{{ ledger_rows('fund_movements') }}
