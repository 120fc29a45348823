{{ config(materialized="view") }}

{{ carried_state('members', 'person_code') }}
