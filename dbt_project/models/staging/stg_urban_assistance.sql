{{ staged('urban_assistance') }}
