with persons as (
    select
        period,
        household_code,
        count(*) as persons
    from {{ ref('fct_person_status') }}
    group by period, household_code
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
    from {{ ref('int_household_year') }}
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
    {{ answered_rows('counted', ['households'], answer='is_returned') }}
),

flows_of_persons as (
    {{ answered_rows('counted', ['members'], answer='is_returned') }}
),

household_flows as (
    {% call rolled_up('flows_of_households') %}
        sum(counted.exited) as exited_households,
        sum(counted.entered) as entered_households,
        sum(counted.returned) as returned_households
    {% endcall %}
),

person_flows as (
    {% call rolled_up('flows_of_persons') %}
        sum(counted.exited_persons) as exited_persons,
        sum(counted.entered_persons) as entered_persons,
        sum(counted.returned_persons) as returned_persons,
        sum(counted.exited_before) as exited_before
    {% endcall %}
),

decisions_rolled as (
    {% call rolled_up('counted') %}
        sum(counted.is_recorded) as recorded,
        sum(counted.is_decided_on) as decided_on
    {% endcall %}
),

-- Whose members nobody ever listed are an unknown number of persons, and not none.
with_persons as (
    {{ answered_rows('counted', ['members']) }}
),

persons_rolled as (
    {% call rolled_up('with_persons') %}
        sum(counted.poor_national) as poor_national,
        sum(counted.poor_provincial) as poor_provincial
    {% endcall %}
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
{{ indicator_figures('decisions_rolled', [
    ('recorded_share', 'case when decided_on > 0 then recorded end', 'decided_on'),
]) }}
union all
{{ indicator_figures('persons_rolled', [
    ('poor_persons_national', 'poor_national'),
    ('poor_persons_provincial', 'poor_provincial'),
]) }}
