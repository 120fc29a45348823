{{ staged('equity_group_members') }}
