with places as (
    select
        division_code as place_code,
        township_code,
        county_code,
        city_code
    from {{ ref('int_division') }}
    where map_edition = '2017'
),

upwards as (
    select
        place_code,
        'village' as division_level,
        place_code as division_code
    from places
    where length(place_code) = 12
    union all
    select
        place_code,
        'township' as division_level,
        township_code as division_code
    from places
    where township_code is not null
    union all
    select
        place_code,
        'county' as division_level,
        county_code as division_code
    from places
    where county_code is not null
    union all
    select
        place_code,
        'city' as division_level,
        city_code as division_code
    from places
)

select
    '2017' as map_edition,
    place_code,
    division_level,
    division_code
from upwards
union all
select
    '2023' as map_edition,
    upwards.place_code,
    upwards.division_level,
    units.code_2023 as division_code
from upwards
inner join {{ ref('int_division') }} as units
    on upwards.division_code = units.division_code
where
    units.map_edition = '2017'
    and units.code_2023 is not null
