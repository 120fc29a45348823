{{ staged('village_projects') }}
