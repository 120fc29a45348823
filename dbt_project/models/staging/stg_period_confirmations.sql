{{ staged('period_confirmations') }}
