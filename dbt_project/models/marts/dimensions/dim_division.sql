select
    map_edition,
    division_code,
    division_name,
    division_level,
    parent_code,
    kind,
    township_code,
    county_code,
    city_code,
    code_2023,
    name_2023,
    -- The editions' cut-off days; the days on which single units changed are not known.
    case when map_edition = '2017' then cast('2017-10-31' as date) else cast('2023-06-30' as date) end as edition_day
from {{ ref('int_division') }}
