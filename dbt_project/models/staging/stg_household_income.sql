{{ staged('household_income') }}
