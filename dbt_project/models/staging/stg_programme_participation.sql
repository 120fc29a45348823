{{ staged('programme_participation') }}
