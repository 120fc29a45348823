{{ config(materialized="view") }}

with persons as (
    select
        period,
        household_code,
        count(*) as persons
    from {{ ref('fct_person_status') }}
    group by period, household_code
),

-- Whose register of the year-end before is known: of the others nobody knows who fell back.
baselines as (
    select distinct
        period,
        submitter_code
    from {{ ref('int_household_state') }}
)

select
    states.period,
    states.household_code,
    coalesce(states.village_code, states.submitter_code) as place_code,
    states.identification_standard,
    coalesce(persons.persons, 0) as persons,
    case when {{ is_poor('states.poverty_status') }} then 1 else 0 end as is_poor,
    case
        when not {{ is_poor('states.poverty_status') }} and states.exit_year = periods.calendar_year then 1
        else 0
    end as exited,
    case
        when states.identified_on >= periods.year_first_day and states.identified_on <= periods.last_day then 1
        else 0
    end as entered,
    case when decisions.was_returned then 1 else 0 end as is_decided_on,
    case when decisions.was_returned and recorded.recorded_status is not null then 1 else 0 end as is_recorded,
    case
        when {{ is_poor('states.poverty_status') }} and not {{ is_poor('befores.poverty_status') }} then 1
        when befores.household_code is not null or baselines.submitter_code is not null then 0
    end as returned,
    case when befores.household_code is not null or baselines.submitter_code is not null then 0 end as exited_before
from {{ ref('int_household_state') }} as states
inner join {{ ref('int_period') }} as periods on states.period = periods.period
left join persons
    on states.period = persons.period
    and states.household_code = persons.household_code
left join {{ ref('int_recorded_status') }} as recorded
    on states.period = recorded.period
    and states.household_code = recorded.household_code
-- Where no decision was ever returned, none being known says nothing.
left join {{ ref('int_standing_township') }} as decisions
    on states.period = decisions.period
    and substr(coalesce(states.village_code, states.submitter_code), 1, 9) = decisions.township_code
    and decisions.form = 'household_decisions'
left join {{ ref('int_household_state') }} as befores
    on periods.baseline_period = befores.period
    and states.household_code = befores.household_code
    and befores.claim_rank = 1
left join baselines
    on periods.baseline_period = baselines.period
    and states.submitter_code = baselines.submitter_code
where states.claim_rank = 1
