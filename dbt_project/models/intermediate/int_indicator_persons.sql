{{ config(materialized="view") }}

-- A person is counted once per division, however many households there claim the person.
with persons as (
    select
        period,
        village_code as place_code,
        person_key,
        is_poor
    from {{ ref('fct_person_status') }}
),

rolled as (
    select
        places.map,
        places.division_level,
        places.division_code,
        persons.period,
        count(distinct persons.person_key) as registered,
        count(distinct case when persons.is_poor then persons.person_key end) as poor,
        count(distinct case when not persons.is_poor then persons.person_key end) as exited
    from persons
    inner join {{ ref('int_place_rollup') }} as places on persons.place_code = places.place_code
    group by places.map, places.division_level, places.division_code, persons.period
)

select
    'registered_persons' as indicator,
    map,
    division_level,
    division_code,
    period,
    cast(registered as decimal(24, 6)) as numerator,
    cast(null as decimal(24, 6)) as denominator
from rolled
union all
select
    'poor_persons' as indicator,
    map,
    division_level,
    division_code,
    period,
    cast(poor as decimal(24, 6)) as numerator,
    cast(null as decimal(24, 6)) as denominator
from rolled
union all
select
    'exited_persons' as indicator,
    map,
    division_level,
    division_code,
    period,
    cast(exited as decimal(24, 6)) as numerator,
    cast(null as decimal(24, 6)) as denominator
from rolled
union all
select
    'exit_rate' as indicator,
    map,
    division_level,
    division_code,
    period,
    cast(exited as decimal(24, 6)) as numerator,
    cast(registered as decimal(24, 6)) as denominator
from rolled
