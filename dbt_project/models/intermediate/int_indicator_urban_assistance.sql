{{ config(materialized="view") }}

with households as (
    select
        period,
        urban_household_code,
        community_code as place_code
    from {{ ref('fct_urban_household') }}
    where is_in_programme
),

-- What was given in half a year is nothing of the year.
answered as (
    {{ answered_rows('households', ['urban_assistance'], answer='is_returned') }}
),

rolled_answered as (
    {% call rolled_up('answered') %}
        count(*) as households
    {% endcall %}
),

measures as (
    select
        period,
        urban_household_code,
        measure_type,
        community_code as place_code,
        funds_yuan
    from {{ ref('fct_urban_assistance') }}
    where is_in_programme
),

measures_told as (
    {{ answered_rows('measures', ['urban_assistance'], answer='is_returned') }}
),

assisted as (
    {% call rolled_up('measures_told') %}
        count(distinct counted.urban_household_code) as covered,
        sum(counted.funds_yuan) as funds_yuan
    {% endcall %}
),

assisted_by_type as (
    {% call rolled_up('measures_told', by=['measure_type']) %}
        count(distinct counted.urban_household_code) as covered
    {% endcall %}
),

coverage as (
    select
        rolled.map_edition,
        rolled.division_level,
        rolled.division_code,
        rolled.period,
        rolled.households,
        coalesce(assisted.covered, 0) as covered,
        coalesce(assisted.funds_yuan, 0) as funds_yuan
    from rolled_answered as rolled
    left join assisted
        on rolled.map_edition = assisted.map_edition
        and rolled.division_level = assisted.division_level
        and rolled.division_code = assisted.division_code
        and rolled.period = assisted.period
),

types as (
    select
        coverage.map_edition,
        coverage.division_level,
        coverage.division_code,
        coverage.period,
        coverage.households,
        measure_types.code as measure_type,
        coalesce(assisted_by_type.covered, 0) as covered
    from coverage
    cross join {{ ref('code_urban_measure_type') }} as measure_types
    left join assisted_by_type
        on coverage.map_edition = assisted_by_type.map_edition
        and coverage.division_level = assisted_by_type.division_level
        and coverage.division_code = assisted_by_type.division_code
        and coverage.period = assisted_by_type.period
        and measure_types.code = assisted_by_type.measure_type
)

{{ indicator_figures('coverage', [
    ('urban_assistance_coverage', 'covered', 'households'),
]) }}
union all
{{ indicator_figures('types', [
    ('urban_assistance_coverage_', 'covered', 'households'),
], by='measure_type') }}
union all
{{ indicator_figures('coverage', [
    ('urban_assistance_funds', 'funds_yuan'),
]) }}
