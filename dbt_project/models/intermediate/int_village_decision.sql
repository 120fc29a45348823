{{ ledger_rows('village_decisions') }}
