{{ staged('insurance_policies') }}
