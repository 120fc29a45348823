-- Every place by its names: of each map, with those of the places around it. A village has none on the later map.
with places as (
    select
        divisions.map_edition,
        divisions.division_code,
        divisions.division_level,
        divisions.township_code,
        divisions.county_code,
        divisions.city_code,
        divisions.code_2023,
        divisions.name_2023,
        divisions.division_name,
        coalesce(villages.short_name, divisions.division_name) as short_name
    from {{ ref('int_division') }} as divisions
    left join {{ ref('village_2017') }} as villages
        on divisions.division_code = villages.code
        and divisions.map_edition = '2017'
),

-- A village and a neighbourhood of one name in one township are told apart by their official names.
namesakes as (
    select
        map_edition,
        township_code,
        short_name
    from places
    where division_level = 'village'
    group by map_edition, township_code, short_name
    having count(*) > 1
)

select
    places.map_edition,
    places.division_code,
    places.division_level,
    places.division_name,
    places.short_name,
    -- Names of villages come again in other townships, and those of townships in other counties.
    coalesce(counties.division_name, '')
    || case when places.division_level in ('township', 'village') then coalesce(townships.division_name, '') else '' end
    || case
        when namesakes.short_name is not null then places.division_name
        when places.division_level in ('city', 'village') then places.short_name
        else ''
    end as full_name,
    places.township_code,
    townships.division_name as township_name,
    places.county_code,
    counties.division_name as county_name,
    places.city_code,
    places.code_2023,
    places.name_2023,
    cast(row_number() over (
        partition by places.map_edition
        order by substr(places.division_code || '000000', 1, 12), places.division_code
    ) as bigint) as sort_order
from places
left join places as townships
    on places.map_edition = townships.map_edition
    and places.township_code = townships.division_code
left join places as counties
    on places.map_edition = counties.map_edition
    and places.county_code = counties.division_code
left join namesakes
    on places.map_edition = namesakes.map_edition
    and places.township_code = namesakes.township_code
    and places.short_name = namesakes.short_name
    and places.division_level = 'village'
