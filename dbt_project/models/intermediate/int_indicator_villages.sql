with villages as (
    select
        *,
        village_code as place_code
    from {{ ref('int_village_status') }}
),

-- Where no decision was ever returned, nobody knows of any village whether it is a shell.
decided as (
    {{ answered_rows('villages', ['village_decisions'], answer='was_returned') }}
),

rolled_shells as (
    {% call rolled_up('decided', where="places.division_level <> 'village'") %}
        count(case when counted.recorded_shell then 1 end) as shells,
        count(case when counted.recorded_shell and counted.registered_poor_village then 1 end) as poor_shells,
        -- Null where no cohort is followed yet, or no year-end before is known.
        sum(case when counted.in_shell_cohort then 1 when not counted.in_shell_cohort then 0 end) as cohort_shells,
        sum(case
            when counted.in_shell_cohort and not counted.recorded_shell then 1
            when counted.in_shell_cohort is not null then 0
        end) as removed_shells,
        sum(case when counted.is_new_shell then 1 when not counted.is_new_shell then 0 end) as new_shells
    {% endcall %}
),

rolled as (
    {% call rolled_up('villages', where="places.division_level <> 'village'") %}
        count(case when counted.carried_from is null then 1 end) as reporting_villages,
        sum(case when counted.carried_from is null then counted.total_income_yuan end) as income,
        sum(case when counted.carried_from is null then counted.operating_income_yuan end) as operating_income
    {% endcall %}
),

-- A target is a year's: reaching it within the year is enough.
reached as (
    select
        targets.target,
        places.map_edition,
        places.division_level,
        places.division_code,
        villages.period,
        count(*) as villages,
        count(case when villages.operating_income_yuan >= targets.amount_yuan then 1 end) as reached
    from villages
    inner join {{ ref('int_period') }} as periods on villages.period = periods.period
    inner join {{ ref('village_income_target') }} as targets
        on periods.last_day >= targets.valid_from
        and (targets.valid_to is null or periods.last_day <= targets.valid_to)
    inner join {{ ref('int_place_rollup') }} as places on villages.place_code = places.place_code
    where
        places.division_level <> 'village'
        and villages.carried_from is null
    group by targets.target, places.map_edition, places.division_level, places.division_code, villages.period
),

profiles as (
    select
        period,
        village_code,
        village_code as place_code,
        rural_registered_population
    from {{ ref('fct_village_profile') }}
),

people as (
    {% call rolled_up('profiles', place='village_code') %}
        sum(counted.rural_registered_population) as rural_persons
    {% endcall %}
),

-- Inhabitants of villages whose poor are known, and only persons of villages whose inhabitants are: else a silent
-- township would lower the rate, and a village without a profile would raise it.
asked_profiles as (
    {{ answered_rows('profiles', ['households', 'members']) }}
),

asked_people as (
    {% call rolled_up('asked_profiles', place='village_code') %}
        sum(counted.rural_registered_population) as rural_persons
    {% endcall %}
),

poor as (
    select
        places.map_edition,
        places.division_level,
        places.division_code,
        persons.period,
        count(distinct persons.person_key) as poor_persons
    from {{ ref('fct_person_status') }} as persons
    inner join asked_profiles as profiles
        on persons.period = profiles.period
        and persons.village_code = profiles.village_code
    inner join {{ ref('int_place_rollup') }} as places on persons.village_code = places.place_code
    where persons.is_poor
    group by places.map_edition, places.division_level, places.division_code, persons.period
)

{{ indicator_figures('rolled_shells', [
    ('shell_villages', 'shells'),
    ('poor_shell_villages', 'poor_shells'),
    ('shell_removal_rate', 'removed_shells', 'cohort_shells'),
    ('new_shell_villages', 'new_shells'),
]) }}
union all
{{ indicator_figures('rolled', [
    ('village_income_mean', 'income', 'reporting_villages'),
    ('operating_income_share', 'operating_income', 'income'),
]) }}
union all
select
    target as indicator,
    map_edition,
    division_level,
    division_code,
    period,
    cast(reached as decimal(24, 6)) as numerator,
    cast(villages as decimal(24, 6)) as denominator
from reached
union all
{{ indicator_figures('people', [
    ('rural_registered_population', 'rural_persons'),
]) }}
union all
select
    'poverty_rate' as indicator,
    people.map_edition,
    people.division_level,
    people.division_code,
    people.period,
    cast(coalesce(poor.poor_persons, 0) as decimal(24, 6)) as numerator,
    cast(people.rural_persons as decimal(24, 6)) as denominator
from asked_people as people
left join poor
    on people.map_edition = poor.map_edition
    and people.division_level = poor.division_level
    and people.division_code = poor.division_code
    and people.period = poor.period
