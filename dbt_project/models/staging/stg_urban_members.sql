{{ staged('urban_members') }}
