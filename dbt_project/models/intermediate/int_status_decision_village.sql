{{ config(materialized="view") }}

select
    'village' as subject_kind,
    village_code as subject_code,
    decision_number,
    decided_on,
    decision_kind,
    deciding_office,
    period,
    village_code as place_code,
    substr(village_code, 1, 9) as township_code,
    substr(village_code, 1, 6) as county_code,
    submission_id,
    submitter_code,
    received_at,
    sheet,
    row_number,
    is_carried
from {{ ref('int_village_decision') }}
