-- Where a row that an area answers for may belong: to each division that the area lies in and, where it is an office's
-- of a county or the city, to each part of it.
select
    place_code as area_code,
    map_edition,
    division_code,
    false as is_part
from {{ ref('int_place_rollup') }}
where division_level <> 'village'
union distinct
select
    areas.division_code as area_code,
    places.map_edition,
    places.division_code,
    true as is_part
from {{ ref('int_place_rollup') }} as areas
inner join {{ ref('int_division') }} as units
    on areas.place_code = units.division_code
    and units.map_edition = '2017'
    and units.division_level in ('county', 'township')
inner join {{ ref('int_place_rollup') }} as places
    on areas.place_code = places.place_code
    and units.division_level = places.division_level
where
    areas.map_edition = '2017'
    and areas.division_level in ('city', 'county')
    and areas.division_code <> areas.place_code
