{{ config(materialized="view") }}

{{ year_rows('household_decisions') }}
