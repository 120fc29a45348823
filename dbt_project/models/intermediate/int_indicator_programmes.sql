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
    {% call rolled_up('participations', by=['programme']) %}
        count(distinct counted.subject_code) as subjects,
        sum(counted.persons_served) as persons_served
    {% endcall %}
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
    {% call rolled_up('designated', by=['designation']) %}
        count(*) as designated_places
    {% endcall %}
)


{{ indicator_figures('rolled', [
    ('programme_subjects_', 'subjects'),
], by='programme') }}
union all
{{ indicator_figures('rolled_designations', [
    ('designated_', 'designated_places'),
], by='designation') }}
