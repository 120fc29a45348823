{{ staged('household_decisions') }}
