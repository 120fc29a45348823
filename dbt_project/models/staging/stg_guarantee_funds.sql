{{ staged('guarantee_funds') }}
