{{ config(materialized="view") }}

with participations as (
    select
        period,
        programme,
        subject_code,
        place_code,
        persons_served
    from {{ ref('fct_programme_participation') }}
),

rolled as (
    select
        places.map,
        places.division_level,
        places.division_code,
        participations.period,
        participations.programme,
        count(distinct participations.subject_code) as subjects,
        sum(participations.persons_served) as persons_served
    from participations
    inner join {{ ref('int_place_rollup') }} as places on participations.place_code = places.place_code
    group by
        places.map,
        places.division_level,
        places.division_code,
        participations.period,
        participations.programme
),

designated as (
    select
        states.period,
        states.designation,
        states.place_code
    from {{ ref('int_designation_state') }} as states
    inner join {{ ref('int_period') }} as periods
        on states.period = periods.period
        and states.designated_from <= periods.last_day
        and (states.designated_to is null or states.designated_to >= periods.last_day)
    where
        states.claim_rank = 1
        and length(states.place_code) >= 9
),

rolled_designations as (
    select
        places.map,
        places.division_level,
        places.division_code,
        designated.period,
        designated.designation,
        count(*) as designated_places
    from designated
    inner join {{ ref('int_place_rollup') }} as places on designated.place_code = places.place_code
    group by places.map, places.division_level, places.division_code, designated.period, designated.designation
)


{{ indicator_figures('rolled', [
    ('programme_subjects_', 'subjects'),
], by='programme') }}
union all
{{ indicator_figures('rolled_designations', [
    ('designated_', 'designated_places'),
], by='designation') }}
