{{ config(materialized="view") }}

with subsidies as (
    select
        periods.period,
        subsidies.contract_number,
        subsidies.paid_on <= periods.last_day as is_paid,
        -- A quarter is due when it has ended; what is paid before counts as paid all the same.
        periods.last_day >= last_day(
            make_date(
                cast(substr(subsidies.quarter, 1, 4) as int), 3 * cast(substr(subsidies.quarter, 6, 1) as int), 1
            )
        ) as is_due,
        subsidies.amount_yuan
    from {{ ref('int_loan_subsidy') }} as subsidies
    cross join {{ ref('int_period') }} as periods
),

subsidies_of_loans as (
    select
        period,
        contract_number,
        sum(case when is_paid then amount_yuan end) as subsidy_paid,
        sum(case when is_paid and is_due then amount_yuan end) as due_subsidy_paid,
        sum(case when is_due then amount_yuan end) as subsidy_due
    from subsidies
    group by period, contract_number
),

loans as (
    select
        loans.period,
        loans.place_code,
        loans.balance_yuan,
        coalesce(totals.compensated_yuan, 0) as compensated,
        coalesce(totals.recovered_yuan, 0) as recovered,
        coalesce(totals.compensated_in_year_yuan, 0) as compensated_in_year,
        coalesce(totals.released_in_year_yuan, 0) as released_in_year,
        coalesce(subsidies.subsidy_paid, 0) as subsidy_paid,
        coalesce(subsidies.due_subsidy_paid, 0) as due_subsidy_paid,
        coalesce(subsidies.subsidy_due, 0) as subsidy_due
    from {{ ref('int_loan_registered') }} as loans
    left join {{ ref('int_loan_event_total') }} as totals
        on loans.period = totals.period
        and loans.submitter_code = totals.submitter_code
        and loans.contract_number = totals.contract_number
    left join subsidies_of_loans as subsidies
        on loans.period = subsidies.period
        and loans.contract_number = subsidies.contract_number
    where
        loans.is_guarantee_product
        and loans.household_registered
),

-- Events and subsidies are told by other returns than the loans: each rate is of the loans for which they came.
with_events as (
    {{ answered_rows('loans', ['loan_events']) }}
),

with_events_of_period as (
    {{ answered_rows('loans', ['loan_events'], answer='is_returned') }}
),

with_subsidies as (
    {{ answered_rows('loans', ['loan_subsidies']) }}
),

events_rolled as (
    {% call rolled_up('with_events', where="places.division_level <> 'village'") %}
        sum(counted.compensated) as compensated,
        sum(counted.recovered) as recovered
    {% endcall %}
),

year_rolled as (
    {% call rolled_up('with_events_of_period', where="places.division_level <> 'village'") %}
        sum(counted.balance_yuan) as balance,
        sum(counted.compensated_in_year) as compensated_in_year,
        sum(counted.released_in_year) as released_in_year
    {% endcall %}
),

subsidies_rolled as (
    {% call rolled_up('with_subsidies', where="places.division_level <> 'village'") %}
        sum(counted.subsidy_paid) as subsidy_paid,
        sum(counted.due_subsidy_paid) as due_subsidy_paid,
        sum(counted.subsidy_due) as subsidy_due
    {% endcall %}
),

funds_rolled as (
    select
        places.map_edition,
        places.division_level,
        places.division_code,
        funds.period,
        sum(funds.fund_amount_yuan) as amount,
        sum(funds.cumulative_guaranteed_yuan) as cumulative
    from {{ ref('int_fund_state') }} as funds
    inner join {{ ref('int_place_rollup') }} as places on substr(funds.fund_code, 1, 9) = places.place_code
    where funds.claim_rank = 1
    group by places.map_edition, places.division_level, places.division_code, funds.period
)

{{ indicator_figures('events_rolled', [
    ('compensated_amount', 'compensated'),
    ('compensation_recovery_rate', 'recovered', 'compensated'),
]) }}
union all
{{ indicator_figures('year_rolled', [
    ('compensation_rate_released', 'compensated_in_year', 'released_in_year'),
    ('compensation_rate_outstanding', 'compensated_in_year', 'balance'),
]) }}
union all
{{ indicator_figures('subsidies_rolled', [
    ('interest_subsidy_paid', 'subsidy_paid'),
    ('subsidy_paid_rate', 'due_subsidy_paid', 'subsidy_due'),
]) }}
union all
{{ indicator_figures('funds_rolled', [
    ('leverage_cumulative', 'cumulative', 'amount'),
]) }}
