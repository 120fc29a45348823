{{ config(materialized="view") }}

with returned as (
    -- Without a return of measures nothing is known of them.
    select distinct period
    from {{ ref('int_return') }}
    where form = 'assistance_measures'
),

rolled as (
    select
        places.map,
        places.division_level,
        places.division_code,
        needs.period,
        count(*) as households,
        count(case when needs.answering_measures > 0 then 1 end) as with_answer
    from {{ ref('int_need_measure') }} as needs
    inner join returned on needs.period = returned.period
    inner join {{ ref('int_place_rollup') }} as places on needs.place_code = places.place_code
    group by places.map, places.division_level, places.division_code, needs.period
)

select
    'need_answered_share' as indicator,
    map,
    division_level,
    division_code,
    period,
    cast(with_answer as decimal(24, 6)) as numerator,
    cast(households as decimal(24, 6)) as denominator
from rolled
union all
select
    'households_without_answer' as indicator,
    map,
    division_level,
    division_code,
    period,
    cast(households - with_answer as decimal(24, 6)) as numerator,
    cast(null as decimal(24, 6)) as denominator
from rolled
