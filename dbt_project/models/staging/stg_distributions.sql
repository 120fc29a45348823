{{ staged('distributions') }}
