-- A household before and after the step from one period to the next, with what is known to have happened between.
with persons as (
    select
        period,
        household_code,
        count(*) as persons
    from {{ ref('fct_person_status') }}
    group by period, household_code
),

stated as (
    select
        households.period,
        households.household_code,
        coalesce(households.village_code, households.submitter_code) as place_code,
        households.poverty_status,
        households.identified_on,
        case when {{ is_poor('households.poverty_status') }} then 1 else 0 end as is_poor,
        coalesce(persons.persons, 0) as persons
    from {{ ref('int_household_state') }} as households
    left join persons
        on households.period = persons.period
        and households.household_code = persons.household_code
    where households.claim_rank = 1
),

sides as (
    select
        steps.period,
        stated.household_code,
        1 as is_after,
        stated.place_code,
        stated.poverty_status,
        stated.identified_on,
        stated.is_poor,
        stated.persons
    from {{ ref('int_period_step') }} as steps
    inner join stated on steps.period = stated.period
    union all
    select
        steps.period,
        stated.household_code,
        0 as is_after,
        stated.place_code,
        stated.poverty_status,
        stated.identified_on,
        stated.is_poor,
        stated.persons
    from {{ ref('int_period_step') }} as steps
    inner join stated on steps.previous_period = stated.period
),

compared as (
    select
        period,
        household_code,
        coalesce(
            max(case when is_after = 1 then place_code end),
            max(case when is_after = 0 then place_code end)
        ) as place_code,
        max(case when is_after = 0 then 1 else 0 end) as was_registered,
        max(case when is_after = 1 then 1 else 0 end) as is_registered,
        max(case when is_after = 0 then is_poor else 0 end) as was_poor,
        max(case when is_after = 1 then is_poor else 0 end) as is_poor,
        max(case when is_after = 0 then persons else 0 end) as persons_before,
        max(case when is_after = 1 then persons else 0 end) as persons_after,
        max(case when is_after = 1 then poverty_status end) as status_after,
        max(case when is_after = 1 then identified_on end) as identified_on
    from sides
    group by period, household_code
),

moved as (
    select
        period,
        household_code,
        count(case when movement = 'came' then 1 end) as arrivals,
        count(case when movement = 'came' and is_recorded then 1 end) as recorded_arrivals,
        count(case when movement = 'left' then 1 end) as departures,
        count(case when movement = 'came' and membership_change = 'born' then 1 end) as births,
        count(case when movement = 'left' and membership_change = 'died' then 1 end) as deaths
    from {{ ref('int_person_movement') }}
    group by period, household_code
)

select
    compared.period,
    compared.household_code,
    compared.place_code,
    compared.was_registered,
    compared.is_registered,
    compared.was_poor,
    compared.is_poor,
    compared.persons_before,
    compared.persons_after,
    compared.status_after,
    coalesce(moved.arrivals, 0) as arrivals,
    coalesce(moved.recorded_arrivals, 0) as recorded_arrivals,
    coalesce(moved.departures, 0) as departures,
    coalesce(moved.births, 0) as births,
    coalesce(moved.deaths, 0) as deaths,
    coalesce(events.came_by_split, 0) as came_by_split,
    -- The register dates its entries by month.
    case
        when compared.identified_on > steps.previous_last_day then 1
        else coalesce(events.was_recognised, 0)
    end as was_recognised,
    coalesce(events.left_by_merger, 0) as left_by_merger,
    coalesce(events.was_ended, 0) as was_ended,
    coalesce(events.persons_brought, 0) as persons_brought,
    coalesce(events.persons_joined, 0) as persons_joined,
    coalesce(events.persons_split_off, 0) as persons_split_off
from compared
inner join {{ ref('int_period_step') }} as steps on compared.period = steps.period
left join moved
    on compared.period = moved.period
    and compared.household_code = moved.household_code
left join {{ ref('int_household_event') }} as events
    on compared.period = events.period
    and compared.household_code = events.household_code
