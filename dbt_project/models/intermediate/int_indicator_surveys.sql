{{ config(materialized="view") }}

-- A division is evaluated for a year when it was surveyed itself or all its counties were. Until then the rate stands
-- there without a figure: not evaluated is neither zero nor missing.
with counties as (
    select distinct
        places.map,
        places.division_level,
        places.division_code,
        places.place_code as county_code
    from {{ ref('int_place_rollup') }} as places
    inner join {{ ref('int_division') }} as divisions
        on places.place_code = divisions.division_code
        and divisions.map = '2017'
        and divisions.division_level = 'county'
),

surveyed as (
    select
        counties.map,
        counties.division_level,
        counties.division_code,
        surveys.survey_year,
        sum(surveys.surveyed_unregistered_persons) as unregistered,
        sum(surveys.missed_persons) as missed,
        sum(surveys.surveyed_exited_persons) as exited,
        sum(surveys.wrongly_exited_persons) as wrongly_exited,
        sum(surveys.asked_households) as asked,
        sum(surveys.satisfied_households) as satisfied,
        count(*) as counties
    from counties
    inner join {{ ref('int_survey_result') }} as surveys on counties.county_code = surveys.division_code
    group by counties.map, counties.division_level, counties.division_code, surveys.survey_year
),

sizes as (
    select
        map,
        division_level,
        division_code,
        count(*) as counties
    from counties
    group by map, division_level, division_code
),

evaluated as (
    select
        surveyed.map,
        surveyed.division_code,
        surveyed.survey_year,
        surveyed.unregistered,
        surveyed.missed,
        surveyed.exited,
        surveyed.wrongly_exited,
        surveyed.asked,
        surveyed.satisfied
    from surveyed
    inner join sizes
        on surveyed.map = sizes.map
        and surveyed.division_code = sizes.division_code
        and surveyed.counties = sizes.counties
    left join {{ ref('int_survey_result') }} as own
        on surveyed.division_level = 'city'
        and surveyed.division_code = own.division_code
        and surveyed.survey_year = own.survey_year
    where own.survey_code is null
    union all
    select
        sizes.map,
        sizes.division_code,
        own.survey_year,
        own.surveyed_unregistered_persons as unregistered,
        own.missed_persons as missed,
        own.surveyed_exited_persons as exited,
        own.wrongly_exited_persons as wrongly_exited,
        own.asked_households as asked,
        own.satisfied_households as satisfied
    from {{ ref('int_survey_result') }} as own
    inner join sizes
        on own.division_code = sizes.division_code
        and sizes.division_level = 'city'
),

remaining as (
    select
        map,
        division_code,
        period,
        numerator as poor
    from {{ ref('int_indicator_persons') }}
    where
        indicator = 'poor_persons'
        and division_level in ('city', 'county')
        and numerator > 0
),

populations as (
    select
        places.map,
        places.division_code,
        populations.period,
        sum(populations.population) as population
    from {{ ref('int_rural_population') }} as populations
    inner join {{ ref('int_place_rollup') }} as places
        on populations.place_code = places.place_code
        and places.division_level in ('city', 'county')
    group by places.map, places.division_code, populations.period
),

judged as (
    select
        sizes.map,
        sizes.division_level,
        sizes.division_code,
        remaining.period,
        remaining.poor,
        populations.population,
        evaluated.unregistered,
        evaluated.missed,
        evaluated.exited,
        evaluated.wrongly_exited,
        evaluated.asked,
        evaluated.satisfied
    from remaining
    inner join {{ ref('int_period') }} as periods on remaining.period = periods.period
    inner join sizes
        on remaining.map = sizes.map
        and remaining.division_code = sizes.division_code
    left join evaluated
        on remaining.map = evaluated.map
        and remaining.division_code = evaluated.division_code
        and periods.calendar_year = evaluated.survey_year
    left join populations
        on remaining.map = populations.map
        and remaining.division_code = populations.division_code
        and remaining.period = populations.period
)

{{ indicator_figures('judged', [
    ('missed_rate', 'missed', 'unregistered'),
    ('wrong_exit_rate', 'wrongly_exited', 'exited'),
    ('satisfaction_rate', 'satisfied', 'asked'),
    ('comprehensive_poverty_rate', 'poor + missed + wrongly_exited', 'case when missed is not null then population end'),
]) }}
