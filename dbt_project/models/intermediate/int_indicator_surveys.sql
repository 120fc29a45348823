{{ config(materialized="view") }}

-- A division is evaluated for a year when it was surveyed itself or all its counties were. Until then the rate stands
-- there without a figure: not evaluated is neither zero nor missing.
with counties as (
    select distinct
        places.map_edition,
        places.division_level,
        places.division_code,
        places.place_code as county_code
    from {{ ref('int_place_rollup') }} as places
    inner join {{ ref('int_division') }} as divisions
        on places.place_code = divisions.division_code
        and divisions.map_edition = '2017'
        and divisions.division_level = 'county'
),

surveyed as (
    select
        counties.map_edition,
        counties.division_level,
        counties.division_code,
        samples.period,
        sum(samples.unregistered) as unregistered,
        sum(samples.missed) as missed,
        sum(samples.exited) as exited,
        sum(samples.wrongly_exited) as wrongly_exited,
        sum(samples.asked) as asked,
        sum(samples.satisfied) as satisfied,
        case when count(samples.recognising) = count(*) then sum(samples.recognising) end as recognising,
        case when count(samples.uncounted_poor) = count(*) then sum(samples.uncounted_poor) end as uncounted_poor,
        count(*) as counties
    from counties
    inner join {{ ref('int_survey_sample') }} as samples on counties.county_code = samples.division_code
    group by counties.map_edition, counties.division_level, counties.division_code, samples.period
),

sizes as (
    select
        map_edition,
        division_level,
        division_code,
        count(*) as counties
    from counties
    group by map_edition, division_level, division_code
),

evaluated as (
    select
        surveyed.map_edition,
        surveyed.division_code,
        surveyed.period,
        surveyed.unregistered,
        surveyed.missed,
        surveyed.exited,
        surveyed.wrongly_exited,
        surveyed.asked,
        surveyed.satisfied,
        surveyed.recognising,
        surveyed.uncounted_poor
    from surveyed
    inner join sizes
        on surveyed.map_edition = sizes.map_edition
        and surveyed.division_code = sizes.division_code
        and surveyed.counties = sizes.counties
    left join {{ ref('int_survey_sample') }} as own
        on surveyed.division_level = 'city'
        and surveyed.division_code = own.division_code
        and surveyed.period = own.period
    where own.division_code is null
    union all
    select
        sizes.map_edition,
        sizes.division_code,
        own.period,
        own.unregistered,
        own.missed,
        own.exited,
        own.wrongly_exited,
        own.asked,
        own.satisfied,
        own.recognising,
        own.uncounted_poor
    from {{ ref('int_survey_sample') }} as own
    inner join sizes
        on own.division_code = sizes.division_code
        and sizes.division_level = 'city'
),

-- A county that has no poor person left is the one whose exit is assessed: the rates stand there, too.
judged as (
    select
        sizes.map_edition,
        sizes.division_level,
        sizes.division_code,
        periods.period,
        residents.poor + evaluated.uncounted_poor as all_poor,
        residents.population,
        evaluated.unregistered,
        evaluated.missed,
        evaluated.exited,
        evaluated.wrongly_exited,
        evaluated.asked,
        evaluated.satisfied,
        evaluated.recognising
    from sizes
    cross join {{ ref('int_period') }} as periods
    left join evaluated
        on sizes.map_edition = evaluated.map_edition
        and sizes.division_code = evaluated.division_code
        and periods.period = evaluated.period
    left join {{ ref('int_survey_population') }} as residents
        on sizes.map_edition = residents.map_edition
        and sizes.division_code = residents.division_code
        and periods.period = residents.period
)

{{ indicator_figures('judged', [
    ('missed_rate', 'missed', 'unregistered'),
    ('wrong_exit_rate', 'wrongly_exited', 'exited'),
    ('satisfaction_rate', 'satisfied', 'asked'),
    ('recognition_rate', 'recognising', 'case when recognising is not null then asked end'),
    ('comprehensive_poverty_rate', 'all_poor', 'case when all_poor is not null then population end'),
    ('surveyed_persons', 'unregistered + exited'),
]) }}
