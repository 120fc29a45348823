with units as (
    select
        division_code,
        division_name,
        division_level,
        kind,
        county_code,
        city_code,
        code_2023,
        name_2023
    from {{ ref('int_division') }}
    where
        map_edition = '2017'
        and division_level <> 'village'
),

meeting as (
    select
        code_2023,
        count(*) as units
    from units
    where code_2023 is not null
    group by code_2023
)

select
    units.division_code as code_2017,
    units.division_name as name_2017,
    units.division_level,
    {{ county_of('units.division_code') }} as county_code,
    units.code_2023,
    units.name_2023,
    -- Where the figures of a unit without a code of its own are found on the later map.
    coalesce(units.code_2023, counties.code_2023, units.city_code) as figures_at_2023,
    counties.code_2023 as county_code_2023,
    case
        when units.code_2023 is null then 'gone'
        when meeting.units > 1 then 'merged'
        when units.kind = '乡' and units.name_2023 like '%镇' then 'upgraded'
        when units.kind = '县' and units.name_2023 like '%区' then 'upgraded'
        when units.division_name <> units.name_2023 then 'renamed'
        when units.division_code <> units.code_2023 then 'recoded'
        else 'unchanged'
    end as change
from units
left join units as counties
    on units.county_code = counties.division_code
    and counties.division_level = 'county'
left join meeting on units.code_2023 = meeting.code_2023
