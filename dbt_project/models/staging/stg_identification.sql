{{ staged('identification') }}
