{{ config(materialized="view") }}

{{ year_rows('identification') }}
