{{ staged('assistance_measures') }}
