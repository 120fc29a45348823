{{ config(materialized="view") }}

{{ ledger_rows('household_changes') }}
