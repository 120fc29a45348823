{{ config(materialized="view") }}

with statements as (
    select
        incomes.period,
        incomes.place_code,
        incomes.net_income_yuan,
        incomes.person_count
    from {{ ref('int_household_income') }} as incomes
    inner join {{ ref('int_period') }} as periods
        on incomes.period = periods.period
        and incomes.income_year = periods.calendar_year
),

rolled as (
    {% call rolled_up('statements') %}
        sum(counted.net_income_yuan) as net_income,
        sum(counted.person_count) as persons
    {% endcall %}
)

select
    'net_income_per_head' as indicator,
    map_edition,
    division_level,
    division_code,
    period,
    cast(net_income as decimal(24, 6)) as numerator,
    cast(persons as decimal(24, 6)) as denominator
from rolled
