{{ config(materialized="view") }}

with facts as (
    {{ facts_of_article() }}
),

-- Loans of the product for households registered when they were released; repaid ones included.
guaranteed as (
    select
        balances.period,
        balances.household_code,
        balances.contract_number,
        balances.principal_yuan
    from {{ ref('fct_loan_balance') }} as balances
    where
        balances.is_guarantee_product
        and balances.household_registered
),

borrowers as (
    select
        period,
        household_code,
        sum(principal_yuan) as principal_yuan
    from guaranteed
    group by period, household_code
),

loan_totals as (
    select
        facts.fact,
        case
            when facts.fact = 'guarantee_loans_amount' then cast(sum(borrowers.principal_yuan) as decimal(24, 6))
            when facts.fact = 'guarantee_loans_households' then nullif(count(borrowers.household_code), 0)
            else {{ safe_divide('sum(borrowers.principal_yuan)', 'count(borrowers.household_code)') }}
        end as computed
    from facts
    left join borrowers on facts.as_of = borrowers.period
    where
        facts.fact in (
            'guarantee_loans_amount',
            'guarantee_loans_households',
            'guarantee_amount_per_household'
        )
    group by facts.fact
),

loan_example as (
    select
        facts.fact,
        case when facts.fact = 'loan_example_xintian' then loans.principal_yuan else loans.planted_area_mu end
            as computed
    from facts
    inner join {{ ref('fct_guarantee_loan') }} as loans on facts.subject_key = loans.contract_number
)

select
    fact,
    cast(computed as decimal(24, 6)) as computed
from loan_totals
union all
select
    fact,
    cast(computed as decimal(24, 6)) as computed
from loan_example
