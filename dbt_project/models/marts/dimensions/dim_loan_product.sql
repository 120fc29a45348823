with versions as (
    select
        states.*,
        row_number() over (
            partition by states.product_code order by states.period desc, states.valid_from desc
        ) as recency
    from {{ ref('int_loan_product_state') }} as states
    inner join {{ ref('int_period') }} as periods on states.period = periods.period
    where
        states.claim_rank = 1
        and states.valid_from <= periods.last_day
        and (states.valid_to is null or states.valid_to >= periods.last_day)
)

select
    products.code as loan_product,
    products.name as loan_product_name,
    {{ is_guarantee_product('products.code') }} as is_guarantee_product,
    versions.outstanding_cap_yuan,
    versions.term_cap_months,
    versions.borrower_kind,
    versions.needs_collateral,
    versions.subsidy_rule,
    versions.document_number,
    versions.valid_from as cap_valid_from,
    -- The parameter of the checks; true when it is verified and says the same.
    coalesce(
        caps.verified
        and caps.outstanding_cap_yuan = versions.outstanding_cap_yuan
        and caps.term_cap_months = versions.term_cap_months,
        false
    ) as cap_verified
from {{ ref('code_loan_product') }} as products
left join versions
    on products.code = versions.product_code
    and versions.recency = 1
left join {{ ref('loan_product_cap') }} as caps
    on products.code = caps.loan_product
    and caps.valid_to is null
