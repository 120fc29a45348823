{{ staged('cooperatives') }}
