select distinct
    places.division_code as area_code,
    submitters.area_code as township_code
from {{ ref('submitter') }} as submitters
inner join {{ ref('int_place_rollup') }} as places
    on submitters.area_code = places.place_code
    and places.map_edition = '2017'
where submitters.kind = 'township'
