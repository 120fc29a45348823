select
    places.division_code,
    places.division_level,
    places.division_name,
    places.short_name,
    places.full_name,
    places.township_code,
    places.township_name,
    places.county_code,
    places.county_name,
    places.city_code,
    places.code_2023,
    places.name_2023,
    tiles.grid_column,
    tiles.grid_row,
    places.sort_order
from {{ ref('int_place') }} as places
left join {{ ref('county_tile') }} as tiles on places.division_code = tiles.county_code
where places.map_edition = '2017'
