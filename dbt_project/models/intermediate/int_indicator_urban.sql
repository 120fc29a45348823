{{ config(materialized="view") }}

with households as (
    select
        period,
        urban_household_code,
        category,
        community_code,
        community_code as place_code
    from {{ ref('fct_urban_household') }}
    where is_in_programme
),

rolled as (
    {% call rolled_up('households', place='community_code') %}
        count(*) as households
    {% endcall %}
),

persons as (
    {% call rolled_up(ref('int_urban_person'), place='community_code', where='counted.is_in_programme') %}
        count(distinct counted.person_key) as persons
    {% endcall %}
),

by_category as (
    {% call rolled_up('households', by=['category'], place='community_code') %}
        count(*) as households
    {% endcall %}
),

categories as (
    select
        rolled.map_edition,
        rolled.division_level,
        rolled.division_code,
        rolled.period,
        categories.code as category,
        coalesce(by_category.households, 0) as households
    from rolled
    cross join {{ ref('code_urban_category') }} as categories
    left join by_category
        on rolled.map_edition = by_category.map_edition
        and rolled.division_level = by_category.division_level
        and rolled.division_code = by_category.division_code
        and rolled.period = by_category.period
        and categories.code = by_category.category
),

-- Decided within the period's calendar year, up to its last day.
decided_in_year as (
    select
        periods.period,
        applications.community_code as place_code,
        applications.outcome
    from {{ ref('int_period') }} as periods
    inner join {{ ref('int_urban_application') }} as applications
        on periods.last_day >= applications.decided_on
        and periods.year_first_day <= applications.decided_on
),

decided_told as (
    {{ answered_rows('decided_in_year', ['urban_applications'], answer='is_returned') }}
),

decided as (
    {% call rolled_up('decided_told') %}
        sum(case when counted.outcome = 'approved' then 1 else 0 end) as approved,
        count(*) as applications
    {% endcall %}
)

{{ indicator_figures('rolled', [
    ('urban_households', 'households'),
]) }}
union all
{{ indicator_figures('persons', [
    ('urban_persons', 'persons'),
]) }}
union all
{{ indicator_figures('categories', [
    ('urban_households_category_', 'households'),
], by='category') }}
union all
{{ indicator_figures('decided', [
    ('urban_applications_approved_share', 'approved', 'applications'),
]) }}
