with registered as (
    select
        period,
        household_code,
        coalesce(village_code, submitter_code) as place_code
    from {{ ref('int_household_state') }}
    where
        claim_rank = 1
        and {{ is_poor('poverty_status') }}
),

poor_households as (
    {{ answered_rows('registered', ['assistance_measures']) }}
),

covered as (
    select
        households.period,
        households.household_code,
        households.place_code,
        max(case when measures.measure_code is not null then 1 else 0 end) as is_covered
    from poor_households as households
    left join {{ ref('fct_assistance_measure') }} as measures
        on households.period = measures.period
        and households.household_code = measures.household_code
    group by households.period, households.household_code, households.place_code
),

covered_by_type as (
    select distinct
        households.period,
        households.household_code,
        households.place_code,
        measures.measure_type
    from poor_households as households
    inner join {{ ref('fct_assistance_measure') }} as measures
        on households.period = measures.period
        and households.household_code = measures.household_code
),

rolled as (
    {% call rolled_up('covered') %}
        count(*) as poor,
        sum(counted.is_covered) as covered
    {% endcall %}
),

rolled_by_type as (
    {% call rolled_up('covered_by_type', by=['measure_type']) %}
        count(*) as covered
    {% endcall %}
),

types as (
    select
        rolled.map_edition,
        rolled.division_level,
        rolled.division_code,
        rolled.period,
        measure_types.code as measure_type,
        coalesce(rolled_by_type.covered, 0) as covered,
        rolled.poor
    from rolled
    cross join {{ ref('code_measure_type') }} as measure_types
    left join rolled_by_type
        on rolled.map_edition = rolled_by_type.map_edition
        and rolled.division_level = rolled_by_type.division_level
        and rolled.division_code = rolled_by_type.division_code
        and rolled.period = rolled_by_type.period
        and measure_types.code = rolled_by_type.measure_type
)

{{ indicator_figures('rolled', [
    ('assistance_coverage', 'covered', 'poor'),
]) }}
union all
{{ indicator_figures('types', [
    ('assistance_coverage_', 'covered', 'poor'),
], by='measure_type') }}
