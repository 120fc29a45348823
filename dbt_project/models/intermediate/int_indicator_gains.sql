{{ config(materialized="view") }}

with gains as (
    -- A household is one however many measures it has; its village is that of its code.
    select
        measures.period,
        measures.household_code,
        substr(measures.household_code, 1, 12) as place_code,
        measures.measure_type,
        sum(measures.income_gain_yuan) as gain_yuan
    from {{ ref('fct_assistance_measure') }} as measures
    where measures.income_gain_yuan is not null
    group by measures.period, measures.household_code, measures.measure_type
),

by_place as (
    select
        period,
        place_code,
        '_' || measure_type as kind,
        count(*) as households,
        sum(gain_yuan) as gain_yuan
    from gains
    group by period, place_code, measure_type
    union all
    select
        period,
        place_code,
        '' as kind,
        count(distinct household_code) as households,
        sum(gain_yuan) as gain_yuan
    from gains
    group by period, place_code
)

select
    'income_gain_per_household' || by_place.kind as indicator,
    places.map_edition,
    places.division_level,
    places.division_code,
    by_place.period,
    cast(sum(by_place.gain_yuan) as decimal(24, 6)) as numerator,
    cast(sum(by_place.households) as decimal(24, 6)) as denominator
from by_place
inner join {{ ref('int_place_rollup') }} as places on by_place.place_code = places.place_code
group by places.map_edition, places.division_level, places.division_code, by_place.period, by_place.kind
