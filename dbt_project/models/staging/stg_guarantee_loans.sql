{{ staged('guarantee_loans') }}
