{{ staged('equity_holdings') }}
