{{ config(materialized="view") }}

-- What became of those who were poor on the day of the cohort, at the place where they were counted then: whoever is no
-- longer registered stays in the cohort and is not out of poverty.
with cohort as (
    select
        periods.period,
        persons.village_code as place_code,
        persons.person_key
    from {{ ref('cohort') }} as cohorts
    inner join {{ ref('int_period') }} as periods
        on cohorts.valid_from <= periods.last_day
        and (cohorts.valid_to is null or cohorts.valid_to >= periods.last_day)
    inner join {{ ref('fct_person_status') }} as persons
        on cohorts.baseline_period = persons.period
        and persons.is_poor
        and persons.is_counted
    where cohorts.cohort = 'poor_persons'
),

followed as (
    select
        cohort.period,
        cohort.place_code,
        count(*) as persons,
        count(case when not persons.is_poor then 1 end) as exited
    from cohort
    left join {{ ref('fct_person_status') }} as persons
        on cohort.period = persons.period
        and cohort.person_key = persons.person_key
        and persons.is_counted
    group by cohort.period, cohort.place_code
),

rolled as (
    {% call rolled_up('followed') %}
        sum(counted.persons) as persons,
        sum(counted.exited) as exited
    {% endcall %}
)

{{ indicator_figures('rolled', [
    ('cohort_exit_rate', 'exited', 'persons'),
]) }}
