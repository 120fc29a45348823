{{ staged('base_fostering') }}
