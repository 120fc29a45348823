{{ staged('loan_products') }}
