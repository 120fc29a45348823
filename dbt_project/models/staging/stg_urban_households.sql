{{ staged('urban_households') }}
