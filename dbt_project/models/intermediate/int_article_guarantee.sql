{{ config(materialized="view") }}

-- The caps of the product of the poor that the city returned as being in force.
with products as (
    select
        states.period,
        max(states.outstanding_cap_yuan) as outstanding_cap_yuan,
        max(states.term_cap_months) as term_cap_months
    from {{ ref('int_loan_product_state') }} as states
    inner join {{ ref('int_period') }} as periods on states.period = periods.period
    where
        states.claim_rank = 1
        and {{ is_guarantee_product('states.product_code') }}
        and states.valid_from <= periods.last_day
        and (states.valid_to is null or states.valid_to >= periods.last_day)
    group by states.period
)

select
    facts.fact,
    cast(
        case when facts.fact = 'guarantee_loan_cap' then products.outstanding_cap_yuan else products.term_cap_months end
        as decimal(24, 6)
    ) as computed
from {{ ref('article_facts') }} as facts
inner join products on facts.as_of = products.period
where facts.fact in ('guarantee_loan_cap', 'guarantee_term_cap')
