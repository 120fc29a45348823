{{ config(materialized="view") }}

-- Poor villages by the counties' decisions: those on which the last decision up to the end of the period is an entry,
-- and those on which it is an exit.
with rolled as (
    select
        places.map,
        places.division_level,
        places.division_code,
        villages.period,
        count(case when villages.recorded_poor_village then 1 end) as remaining,
        count(case when not villages.recorded_poor_village then 1 end) as exited
    from {{ ref('int_village_recorded_status') }} as villages
    inner join {{ ref('int_place_rollup') }} as places on villages.village_code = places.place_code
    where places.division_level <> 'village'
    group by places.map, places.division_level, places.division_code, villages.period
)

{{ indicator_figures('rolled', [
    ('poor_villages', 'remaining'),
    ('poor_villages_exited', 'exited'),
]) }}
