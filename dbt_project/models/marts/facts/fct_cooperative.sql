select
    period,
    carried_from,
    cooperative_code,
    village_code,
    substr(cooperative_code, 1, 9) as township_code,
    substr(cooperative_code, 1, 6) as county_code,
    submitter_code,
    founded_on,
    registered_capital_yuan,
    poverty_fund_yuan,
    member_count,
    is_carried,
    submission_id,
    sheet,
    row_number,
    received_at
from {{ ref('int_cooperative_state') }}
where claim_rank = 1
