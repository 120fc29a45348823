{{ config(materialized="view") }}

-- What a village's income, its profile and its projects add to figures.
with incomes as (
    select
        period,
        submission_id,
        sheet,
        row_number,
        village_code as row_key,
        village_code as place_code,
        1 as villages,
        operating_income_yuan,
        total_income_yuan
    from {{ ref('int_village_status') }}
    where carried_from is null
),

profiles as (
    select
        period,
        submission_id,
        sheet,
        row_number,
        village_code as row_key,
        village_code as place_code,
        substr(village_code, 1, 6) as county_code,
        rural_registered_population
    from {{ ref('fct_village_profile') }}
),

profiles_told as (
    {{ answered_rows('profiles', ['households', 'members']) }}
),

-- A county counts a person once, however many of its villages claim the person: one of those whose inhabitants are
-- known has the part.
poor_claims as (
    select
        persons.period,
        persons.village_code,
        row_number() over (
            partition by persons.period, profiles_told.county_code, persons.person_key
            order by
                case when persons.is_counted then 0 else 1 end,
                persons.person_code
        ) as claim_in_county
    from {{ ref('fct_person_status') }} as persons
    inner join profiles_told
        on persons.period = profiles_told.period
        and persons.village_code = profiles_told.row_key
    where persons.is_poor
),

poor as (
    select
        period,
        village_code,
        count(*) as persons
    from poor_claims
    where claim_in_county = 1
    group by period, village_code
),

-- Without its profile a village's poor are not counted either.
asked_profiles as (
    select
        profiles_told.*,
        coalesce(poor.persons, 0) as poor_persons
    from profiles_told
    left join poor
        on profiles_told.period = poor.period
        and profiles_told.row_key = poor.village_code
),

-- A project stands in a row for each of its villages, and one row may tell of several. Each of its townships tells of
-- its own part.
projects as (
    select
        period,
        submission_id,
        sheet,
        row_number,
        project_code || substr(min(village_code), 1, 9) as row_key,
        min(village_code) as place_code,
        sum(allocated_yuan) as allocated_yuan,
        sum(income_added_yuan) as income_added_yuan,
        sum(case when in_shell_cohort then coalesce(income_added_yuan, 0) end) as shell_income_added_yuan
    from {{ ref('fct_village_project') }}
    group by period, submission_id, sheet, row_number, project_code
)

{{ figure_parts('village_income', 'incomes', [
    ('village_income_mean', 'total_income_yuan', 'villages'),
    ('operating_income_share', 'operating_income_yuan', 'total_income_yuan'),
]) }}
union all
{{ figure_parts('village_profiles', 'profiles', [
    ('rural_registered_population', 'rural_registered_population', none),
]) }}
union all
{{ figure_parts('village_profiles', 'asked_profiles', [
    ('poverty_rate', 'poor_persons', 'rural_registered_population'),
], numerator_told=false) }}
union all
{{ figure_parts('village_projects', 'projects', [
    ('village_project_allocated', 'allocated_yuan', none),
    ('village_project_income_added', 'income_added_yuan', none),
    ('shell_village_income_added', 'shell_income_added_yuan', none),
    ('income_added_per_shell', 'shell_income_added_yuan', none),
]) }}
