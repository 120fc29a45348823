{{ staged('reform_mechanisms') }}
