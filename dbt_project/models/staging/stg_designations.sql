{{ staged('designations') }}
