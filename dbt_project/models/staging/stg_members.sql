{{ staged('members') }}
