{{ staged('surveys') }}
