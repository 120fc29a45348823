{{ staged('premium_payments') }}
