{{ staged('dividends') }}
