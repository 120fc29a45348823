{{ staged('insurance_claims') }}
