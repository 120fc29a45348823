{{ staged('equity_agreements') }}
