with summed as (
    select
        period,
        township_code,
        max(county_code) as county_code,
        count(*) as loans,
        sum(case when outcome = 'agrees' then 1 else 0 end) as agreeing_loans,
        sum(case when outcome = 'differs' then 1 else 0 end) as differing_loans,
        sum(case when outcome = 'only in township' then 1 else 0 end) as only_township_loans,
        sum(case when outcome = 'only in bank' then 1 else 0 end) as only_bank_loans,
        sum(coalesce(township_balance_yuan, 0)) as township_balance_yuan,
        sum(coalesce(bank_balance_yuan, 0)) as bank_balance_yuan
    from {{ ref('loan_reconciliation') }}
    group by period, township_code
)

select
    period,
    township_code,
    county_code,
    loans,
    cast(agreeing_loans as bigint) as agreeing_loans,
    cast(differing_loans as bigint) as differing_loans,
    cast(only_township_loans as bigint) as only_township_loans,
    cast(only_bank_loans as bigint) as only_bank_loans,
    cast(township_balance_yuan as decimal(18, 2)) as township_balance_yuan,
    cast(bank_balance_yuan as decimal(18, 2)) as bank_balance_yuan,
    cast(township_balance_yuan - bank_balance_yuan as decimal(18, 2)) as difference_yuan,
    '{{ var("data_origin") }}' as data_origin
from summed
