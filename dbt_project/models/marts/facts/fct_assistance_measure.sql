select
    period,
    measure_code,
    household_code,
    measure_type,
    village_code,
    substr(village_code, 1, 9) as township_code,
    substr(village_code, 1, 6) as county_code,
    submitter_code,
    started_on,
    ended_on,
    has_helper,
    funds_yuan,
    income_gain_yuan,
    is_carried,
    submission_id,
    sheet,
    row_number,
    received_at
from {{ ref('int_measure_known') }}
where claim_rank = 1
