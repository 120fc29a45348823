{{ config(materialized="view") }}

with villages as (
    select
        *,
        village_code as place_code
    from {{ ref('int_village_status') }}
),

rolled as (
    select
        places.map,
        places.division_level,
        places.division_code,
        villages.period,
        count(*) as villages,
        count(case when villages.recorded_shell then 1 end) as shells,
        count(case when villages.recorded_shell and villages.registered_poor_village then 1 end) as poor_shells,
        count(case when villages.was_baseline_shell then 1 end) as baseline_shells,
        count(case when villages.was_baseline_shell and not villages.recorded_shell then 1 end) as removed_shells,
        count(case when villages.carried_from is null then 1 end) as reporting_villages,
        sum(case when villages.carried_from is null then villages.total_income_yuan end) as income,
        sum(case when villages.carried_from is null then villages.operating_income_yuan end) as operating_income
    from villages
    inner join {{ ref('int_place_rollup') }} as places on villages.place_code = places.place_code
    where places.division_level <> 'village'
    group by places.map, places.division_level, places.division_code, villages.period
)

select
    'shell_villages' as indicator,
    map,
    division_level,
    division_code,
    period,
    cast(shells as decimal(24, 6)) as numerator,
    cast(null as decimal(24, 6)) as denominator
from rolled
union all
select
    'poor_shell_villages' as indicator,
    map,
    division_level,
    division_code,
    period,
    cast(poor_shells as decimal(24, 6)) as numerator,
    cast(null as decimal(24, 6)) as denominator
from rolled
union all
select
    'shell_removal_rate' as indicator,
    map,
    division_level,
    division_code,
    period,
    cast(removed_shells as decimal(24, 6)) as numerator,
    cast(baseline_shells as decimal(24, 6)) as denominator
from rolled
union all
select
    'village_income_mean' as indicator,
    map,
    division_level,
    division_code,
    period,
    cast(income as decimal(24, 6)) as numerator,
    cast(reporting_villages as decimal(24, 6)) as denominator
from rolled
union all
select
    'operating_income_share' as indicator,
    map,
    division_level,
    division_code,
    period,
    cast(operating_income as decimal(24, 6)) as numerator,
    cast(income as decimal(24, 6)) as denominator
from rolled
