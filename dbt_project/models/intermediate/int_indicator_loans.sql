{{ config(materialized="view") }}

with loans as (
    select *
    from {{ ref('int_loan_registered') }}
    where
        is_guarantee_product
        and household_registered
),

households as (
    select
        period,
        coalesce(village_code, submitter_code) as place_code
    from {{ ref('int_household_state') }}
    where claim_rank = 1
),

registered as (
    select
        places.map,
        places.division_level,
        places.division_code,
        households.period,
        count(*) as households
    from households
    inner join {{ ref('int_place_rollup') }} as places on households.place_code = places.place_code
    group by places.map, places.division_level, places.division_code, households.period
),

rolled as (
    select
        places.map,
        places.division_level,
        places.division_code,
        loans.period,
        count(distinct loans.household_code) as households,
        sum(loans.principal_yuan) as principal,
        sum(loans.balance_yuan) as balance,
        sum(coalesce(loans.overdue_yuan, 0)) as overdue
    from loans
    inner join {{ ref('int_place_rollup') }} as places on loans.place_code = places.place_code
    where places.division_level <> 'village'
    group by places.map, places.division_level, places.division_code, loans.period
),

rated as (
    select
        rolled.*,
        registered.households as registered_households
    from rolled
    left join registered
        on rolled.map = registered.map
        and rolled.division_level = registered.division_level
        and rolled.division_code = registered.division_code
        and rolled.period = registered.period
)

select
    'guarantee_loan_amount' as indicator,
    map,
    division_level,
    division_code,
    period,
    cast(principal as decimal(24, 6)) as numerator,
    cast(null as decimal(24, 6)) as denominator
from rolled
union all
select
    'guaranteed_households' as indicator,
    map,
    division_level,
    division_code,
    period,
    cast(households as decimal(24, 6)) as numerator,
    cast(null as decimal(24, 6)) as denominator
from rolled
union all
select
    'guarantee_amount_per_household' as indicator,
    map,
    division_level,
    division_code,
    period,
    cast(principal as decimal(24, 6)) as numerator,
    cast(households as decimal(24, 6)) as denominator
from rolled
union all
select
    'loan_balance' as indicator,
    map,
    division_level,
    division_code,
    period,
    cast(balance as decimal(24, 6)) as numerator,
    cast(null as decimal(24, 6)) as denominator
from rolled
union all
select
    'overdue_amount' as indicator,
    map,
    division_level,
    division_code,
    period,
    cast(overdue as decimal(24, 6)) as numerator,
    cast(null as decimal(24, 6)) as denominator
from rolled
union all
select
    'overdue_rate' as indicator,
    map,
    division_level,
    division_code,
    period,
    cast(overdue as decimal(24, 6)) as numerator,
    cast(balance as decimal(24, 6)) as denominator
from rolled
union all
select
    'household_loan_rate' as indicator,
    map,
    division_level,
    division_code,
    period,
    cast(households as decimal(24, 6)) as numerator,
    cast(registered_households as decimal(24, 6)) as denominator
from rated
