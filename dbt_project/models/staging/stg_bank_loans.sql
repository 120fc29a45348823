{{ staged('bank_loans') }}
