with households as (
    select
        period,
        household_code,
        coalesce(village_code, submitter_code) as place_code,
        main_cause,
        has_helper,
        {{ is_poor('poverty_status') }} as is_poor
    from {{ ref('int_household_state') }}
    where claim_rank = 1
),

rolled as (
    select
        places.map,
        places.division_level,
        places.division_code,
        households.period,
        count(*) as registered,
        count(case when households.is_poor then 1 end) as poor,
        count(case when households.is_poor and households.has_helper then 1 end) as paired
    from households
    inner join {{ ref('int_place_rollup') }} as places on households.place_code = places.place_code
    group by places.map, places.division_level, places.division_code, households.period
),

by_cause as (
    select
        places.map,
        places.division_level,
        places.division_code,
        households.period,
        households.main_cause,
        count(*) as poor
    from households
    inner join {{ ref('int_place_rollup') }} as places on households.place_code = places.place_code
    where households.is_poor
    group by places.map, places.division_level, places.division_code, households.period, households.main_cause
)

{{ indicator_figures('rolled', [
    ('registered_households', 'registered'),
    ('poor_households', 'poor'),
    ('pairing_rate', 'paired', 'poor'),
]) }}
union all
{{ indicator_figures('by_cause', [
    ('poor_households_cause_', 'poor'),
], by='main_cause') }}
