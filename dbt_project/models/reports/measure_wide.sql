-- Measures with names beside their codes, and whether they answer what their household is in need by.
with measures as (
    {{ with_code_names(ref('fct_assistance_measure'), {'measure_type': 'measure_type'}) }}
),

households as (
    {{ with_code_names(ref('fct_poverty_status'), {
        'poverty_status': 'poverty_status',
        'main_cause': 'poverty_cause',
    }) }}
),

answers as (
    select distinct
        periods.period,
        answering.cause_code,
        answering.measure_type
    from {{ ref('dim_period') }} as periods
    inner join {{ ref('cause_measure') }} as answering
        on periods.last_day >= answering.valid_from
        and (answering.valid_to is null or periods.first_day <= answering.valid_to)
)

select
    measures.period,
    periods.last_day as period_end,
    periods.period_name,
    measures.measure_code,
    measures.household_code,
    measures.village_code,
    places.short_name as village_name,
    measures.township_code,
    places.township_name,
    measures.county_code,
    places.county_name,
    measures.measure_type,
    measures.measure_type_name,
    measures.started_on,
    measures.ended_on,
    coalesce(measures.ended_on >= periods.last_day, true) as is_ongoing,
    measures.has_helper,
    measures.funds_yuan,
    measures.income_gain_yuan,
    households.poverty_status,
    households.poverty_status_name,
    coalesce(households.is_poor, false) as is_poor,
    households.main_cause,
    households.main_cause_name,
    answers.period is not null as answers_cause,
    '{{ var("data_origin") }}' as data_origin
from measures
inner join {{ ref('dim_period') }} as periods on measures.period = periods.period
left join {{ ref('dim_place') }} as places on measures.village_code = places.division_code
left join households
    on measures.period = households.period
    and measures.household_code = households.household_code
left join answers
    on measures.period = answers.period
    and households.main_cause = answers.cause_code
    and measures.measure_type = answers.measure_type
