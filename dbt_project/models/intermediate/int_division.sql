with units as (
    select
        code,
        name,
        level as division_level,
        parent_code,
        kind,
        code_2023,
        name_2023
    from {{ ref('division_2017') }}
    union all
    select
        code,
        name,
        level as division_level,
        parent_code,
        kind,
        cast(null as string) as code_2023,
        cast(null as string) as name_2023
    from {{ ref('village_2017') }}
),

placed as (
    select
        *,
        case when length(code) >= 9 then substr(code, 1, 9) end as township_code,
        case when division_level <> 'city' then substr(code, 1, 6) end as county_code,
        substr(code, 1, 4) || '00' as city_code
    from units
),

on_2017 as (
    select
        '2017' as map_edition,
        code as division_code,
        name as division_name,
        division_level,
        parent_code,
        kind,
        township_code,
        county_code,
        city_code,
        code_2023,
        name_2023
    from placed
),

-- Several units of 2017 may have become one of 2023: the name and kind of the smallest code are taken.
merged as (
    select
        code_2023 as division_code,
        min(name_2023) as division_name,
        division_level,
        min(code) as code_2017
    from placed
    where code_2023 is not null
    group by code_2023, division_level
),

on_2023 as (
    select
        '2023' as map_edition,
        division_code,
        division_name,
        division_level,
        case
            when division_level = 'city' then substr(division_code, 1, 2) || '0000'
            when division_level = 'county' then substr(division_code, 1, 4) || '00'
            else substr(division_code, 1, 6)
        end as parent_code,
        cast(null as string) as kind,
        case when division_level = 'township' then division_code end as township_code,
        case when division_level <> 'city' then substr(division_code, 1, 6) end as county_code,
        substr(division_code, 1, 4) || '00' as city_code,
        division_code as code_2023,
        division_name as name_2023
    from merged
)

select *
from on_2017
union all
select *
from on_2023
