{% set stages = ['group_selection', 'village_selection', 'group_notice', 'village_notice', 'township_notice'] %}
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
),

households as (
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
),

-- Who was out of poverty at the year-end before, at the place of then: also who is no longer registered.
out_before as (
    select
        periods.period,
        coalesce(befores.village_code, befores.submitter_code) as place_code,
        persons.persons as exited_before
    from {{ ref('int_period') }} as periods
    inner join {{ ref('int_household_state') }} as befores on periods.baseline_period = befores.period
    inner join persons
        on befores.period = persons.period
        and befores.household_code = persons.household_code
    where
        befores.claim_rank = 1
        and not {{ is_poor('befores.poverty_status') }}
),

counted as (
    select
        period,
        place_code,
        exited,
        exited * persons as exited_persons,
        entered,
        entered * persons as entered_persons,
        returned,
        returned * persons as returned_persons,
        exited_before,
        is_recorded,
        is_decided_on,
        case when identification_standard = '01' then is_poor * persons else 0 end as poor_national,
        case when identification_standard = '01' then 0 else is_poor * persons end as poor_provincial
    from households
    union all
    select
        period,
        place_code,
        0 as exited,
        0 as exited_persons,
        0 as entered,
        0 as entered_persons,
        0 as returned,
        0 as returned_persons,
        exited_before,
        0 as is_recorded,
        0 as is_decided_on,
        0 as poor_national,
        0 as poor_provincial
    from out_before
),

-- A register of before tells nothing of what happened this year: flows are of the townships that returned it now.
flows_of_households as (
    {{ answered_rows('counted', ['households'], told='is_returned') }}
),

flows_of_persons as (
    {{ answered_rows('counted', ['members'], told='is_returned') }}
),

household_flows as (
    select
        places.map,
        places.division_level,
        places.division_code,
        flows.period,
        sum(flows.exited) as exited_households,
        sum(flows.entered) as entered_households,
        sum(flows.returned) as returned_households
    from flows_of_households as flows
    inner join {{ ref('int_place_rollup') }} as places on flows.place_code = places.place_code
    group by places.map, places.division_level, places.division_code, flows.period
),

person_flows as (
    select
        places.map,
        places.division_level,
        places.division_code,
        flows.period,
        sum(flows.exited_persons) as exited_persons,
        sum(flows.entered_persons) as entered_persons,
        sum(flows.returned_persons) as returned_persons,
        sum(flows.exited_before) as exited_before
    from flows_of_persons as flows
    inner join {{ ref('int_place_rollup') }} as places on flows.place_code = places.place_code
    group by places.map, places.division_level, places.division_code, flows.period
),

rolled as (
    select
        places.map,
        places.division_level,
        places.division_code,
        counted.period,
        sum(counted.is_recorded) as recorded,
        sum(counted.is_decided_on) as decided_on,
        sum(counted.poor_national) as poor_national,
        sum(counted.poor_provincial) as poor_provincial
    from counted
    inner join {{ ref('int_place_rollup') }} as places on counted.place_code = places.place_code
    group by places.map, places.division_level, places.division_code, counted.period
),

-- The outcome is of the day of the last step; where no step has a day, it is known with the row.
outcomes as (
    select
        village_code,
        submitter_code,
        applied_on,
        rejected_at,
        outcome,
        greatest(
            group_selected_on, village_selected_on, group_notice_to, village_notice_to, township_notice_to
        ) as decided_on
    from {{ ref('int_identification') }}
),

applications_of_year as (
    select
        periods.period,
        coalesce(applications.village_code, applications.submitter_code) as place_code,
        case when {{ counts_by('applications.decided_on', 'periods.last_day') }} then applications.rejected_at end
            as rejected_at,
        case when {{ counts_by('applications.decided_on', 'periods.last_day') }} then applications.outcome end
            as outcome
    from outcomes as applications
    inner join {{ ref('int_period') }} as periods
        on applications.applied_on >= periods.year_first_day
        and applications.applied_on <= periods.last_day
),

-- Half a year's list is nothing of the year.
applications_told as (
    {{ answered_rows('applications_of_year', ['identification'], told='is_returned') }}
),

applications as (
    select
        places.map,
        places.division_level,
        places.division_code,
        applications.period,
        {% for stage in stages %}
            count(case when applications.rejected_at = '{{ stage }}' then 1 end) as rejected_{{ stage }},
        {% endfor %}
        count(*) as applications,
        count(case when applications.outcome = 'approved' then 1 end) as approved,
        count(case when applications.outcome <> 'pending' then 1 end) as decided
    from applications_told as applications
    inner join {{ ref('int_place_rollup') }} as places on applications.place_code = places.place_code
    group by places.map, places.division_level, places.division_code, applications.period
)

{{ indicator_figures('household_flows', [
    ('exits_households', 'exited_households'),
    ('entries_households', 'entered_households'),
    ('returns_households', 'returned_households'),
]) }}
union all
{{ indicator_figures('person_flows', [
    ('exits_persons', 'exited_persons'),
    ('entries_persons', 'entered_persons'),
    ('returns_persons', 'returned_persons'),
    ('return_rate', 'returned_persons', 'exited_before'),
]) }}
union all
{{ indicator_figures('rolled', [
    ('recorded_share', 'case when decided_on > 0 then recorded end', 'decided_on'),
    ('poor_persons_national', 'poor_national'),
    ('poor_persons_provincial', 'poor_provincial'),
]) }}
union all
{{ indicator_figures('applications', [
    ('rejected_group_selection', 'rejected_group_selection'),
    ('rejected_village_selection', 'rejected_village_selection'),
    ('rejected_group_notice', 'rejected_group_notice'),
    ('rejected_village_notice', 'rejected_village_notice'),
    ('rejected_township_notice', 'rejected_township_notice'),
    ('applications', 'applications'),
    ('approved_share', 'approved', 'decided'),
]) }}
