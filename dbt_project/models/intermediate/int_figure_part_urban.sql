{{ config(materialized="view") }}

-- What urban households and the measures for them add to figures.
with urban_households as (
    select
        period,
        submission_id,
        sheet,
        row_number,
        urban_household_code as row_key,
        community_code as place_code,
        category,
        1 as households
    from {{ ref('fct_urban_household') }}
    where is_in_programme
),

urban_measures as (
    select
        period,
        submission_id,
        sheet,
        row_number,
        measure_code as row_key,
        community_code as place_code,
        funds_yuan
    from {{ ref('fct_urban_assistance') }}
    where is_in_programme
)

{{ figure_parts('urban_households', 'urban_households', [
    ('urban_households', 'households', none),
]) }}
union all
{{ figure_parts('urban_households', 'urban_households', [
    ('urban_households_category_', 'households', none),
], by='category') }}
union all
{{ figure_parts('urban_assistance', 'urban_measures', [
    ('urban_assistance_funds', 'funds_yuan', none),
]) }}
