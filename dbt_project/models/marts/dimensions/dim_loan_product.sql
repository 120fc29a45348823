select
    products.code as loan_product,
    products.name as loan_product_name,
    {{ is_guarantee_product('products.code') }} as is_guarantee_product,
    caps.outstanding_cap_yuan,
    caps.term_cap_months,
    caps.valid_from as cap_valid_from,
    caps.verified as cap_verified
from {{ ref('code_loan_product') }} as products
left join {{ ref('loan_product_cap') }} as caps
    on products.code = caps.loan_product
    and caps.valid_to is null
