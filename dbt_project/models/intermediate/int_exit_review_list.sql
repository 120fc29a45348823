{{ config(materialized="view") }}

{{ year_rows('exit_reviews') }}
