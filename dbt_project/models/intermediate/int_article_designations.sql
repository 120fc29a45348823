{{ config(materialized="view") }}

with facts as (
    {{ facts_of_article() }}
),

wanted as (
    select
        facts.fact,
        facts.as_of,
        facts.last_day,
        case facts.fact
            when 'key_counties' then 'provincial_key_county'
            when 'key_townships' then 'municipal_key_township'
            when 'ethnic_townships' then 'ethnic_township'
            when 'registered_poor_villages' then 'registered_poor_village'
            else 'urban_pilot_district'
        end as designation
    from facts
    where
        facts.fact in (
            'key_counties',
            'key_townships',
            'ethnic_townships',
            'registered_poor_villages',
            'urban_pilot_districts'
        )
)

select
    wanted.fact,
    cast(nullif(count(distinct places.place_code), 0) as decimal(24, 6)) as computed
from wanted
left join {{ ref('int_designation_state') }} as places
    on wanted.as_of = places.period
    and wanted.designation = places.designation
    and places.claim_rank = 1
    and wanted.last_day >= places.designated_from
    and (places.designated_to is null or wanted.last_day <= places.designated_to)
group by wanted.fact
