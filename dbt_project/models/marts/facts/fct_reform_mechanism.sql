select
    period,
    carried_from,
    mechanism_code,
    pilot_place_code,
    mechanism_name,
    mechanism_level,
    stage,
    stage_since,
    start_year,
    target_on,
    substr(pilot_place_code, 1, 6) as county_code,
    submitter_code,
    is_carried,
    submission_id,
    sheet,
    row_number,
    received_at
from {{ ref('int_mechanism_state') }}
where claim_rank = 1
