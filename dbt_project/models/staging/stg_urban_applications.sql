{{ staged('urban_applications') }}
