{{ staged('loan_subsidies') }}
