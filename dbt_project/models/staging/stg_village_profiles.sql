{{ staged('village_profiles') }}
