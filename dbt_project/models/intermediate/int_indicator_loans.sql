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
    {% call rolled_up('asked_households', where="places.division_level <> 'village'") %}
        count(*) as households
    {% endcall %}
),

rolled as (
    {% call rolled_up('loans', where="places.division_level <> 'village'") %}
        count(distinct counted.household_code) as households,
        sum(counted.principal_yuan) as principal,
        sum(counted.balance_yuan) as balance,
        sum(coalesce(counted.overdue_yuan, 0)) as overdue
    {% endcall %}
),

lent as (
    {% call rolled_up('asked_loans') %}
        count(distinct counted.household_code) as households
    {% endcall %}
),

rated as (
    select
        registered.map_edition,
        registered.division_level,
        registered.division_code,
        registered.period,
        coalesce(lent.households, 0) as households,
        registered.households as registered_households
    from registered
    left join lent
        on registered.map_edition = lent.map_edition
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
