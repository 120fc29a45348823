{{ carried_state('loan_products', "concat_ws(' ', product_code, cast(valid_from as string))") }}
