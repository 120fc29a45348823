-- Exhaustive: every village and township of 2017 rolls up to one county and one city on either map, and every county
-- to one city, so that no figure is lost or doubled above townships.
with places as (
    select division_code as place_code
    from {{ ref('int_division') }}
    where
        map_edition = '2017'
        and division_level in ('village', 'township', 'county')
),

maps as (
    select distinct map_edition
    from {{ ref('int_division') }}
),

counted as (
    select
        maps.map_edition,
        places.place_code,
        count(case when rollup.division_level = 'county' then 1 end) as counties,
        count(case when rollup.division_level = 'city' then 1 end) as cities
    from places
    cross join maps
    left join {{ ref('int_place_rollup') }} as rollup
        on maps.map_edition = rollup.map_edition
        and places.place_code = rollup.place_code
    group by maps.map_edition, places.place_code
)

select
    map_edition,
    place_code,
    counties,
    cities
from counted
where
    counties <> 1
    or cities <> 1
