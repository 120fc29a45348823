{{ staged('household_changes') }}
