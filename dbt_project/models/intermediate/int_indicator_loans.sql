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

-- Both sides of the share of households with a loan rest on who returned loans and households.
asked_households as (
    {{ answered_rows('households', ['guarantee_loans']) }}
),

asked_loans as (
    {{ answered_rows('loans', ['households']) }}
),

registered as (
    select
        places.map,
        places.division_level,
        places.division_code,
        households.period,
        count(*) as households
    from asked_households as households
    inner join {{ ref('int_place_rollup') }} as places on households.place_code = places.place_code
    where places.division_level <> 'village'
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

lent as (
    select
        places.map,
        places.division_level,
        places.division_code,
        loans.period,
        count(distinct loans.household_code) as households
    from asked_loans as loans
    inner join {{ ref('int_place_rollup') }} as places on loans.place_code = places.place_code
    group by places.map, places.division_level, places.division_code, loans.period
),

rated as (
    select
        registered.map,
        registered.division_level,
        registered.division_code,
        registered.period,
        coalesce(lent.households, 0) as households,
        registered.households as registered_households
    from registered
    left join lent
        on registered.map = lent.map
        and registered.division_level = lent.division_level
        and registered.division_code = lent.division_code
        and registered.period = lent.period
)

{{ indicator_figures('rolled', [
    ('guarantee_loan_amount', 'principal'),
    ('guaranteed_households', 'households'),
    ('guarantee_amount_per_household', 'principal', 'households'),
    ('loan_balance', 'balance'),
    ('overdue_amount', 'overdue'),
    ('overdue_rate', 'overdue', 'balance'),
]) }}
union all
{{ indicator_figures('rated', [
    ('household_loan_rate', 'households', 'registered_households'),
]) }}
