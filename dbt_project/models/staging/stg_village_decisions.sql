{{ staged('village_decisions') }}
