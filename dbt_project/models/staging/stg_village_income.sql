{{ staged('village_income') }}
