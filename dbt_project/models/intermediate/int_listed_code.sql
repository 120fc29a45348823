{{ config(materialized="view") }}
{{ listed_codes() }}
