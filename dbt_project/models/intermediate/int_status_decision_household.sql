{{ config(materialized="view") }}

select
    'household' as subject_kind,
    household_code as subject_code,
    decision_number,
    decided_on,
    decision_kind,
    deciding_office,
    coalesce(village_code, township_code) as place_code,
    township_code,
    substr(township_code, 1, 6) as county_code,
    period,
    submitter_code,
    submission_id,
    sheet,
    row_number,
    received_at
from {{ ref('int_household_decision') }}
