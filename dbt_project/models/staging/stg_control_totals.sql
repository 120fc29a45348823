{{ staged('control_totals') }}
