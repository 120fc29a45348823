select
    period,
    carried_from,
    fund_code,
    fund_level,
    case when fund_level = 'village' then village_code else substr(fund_code, 1, 9) end as place_code,
    substr(fund_code, 1, 9) as township_code,
    substr(fund_code, 1, 6) as county_code,
    submitter_code,
    founded_on,
    fund_amount_yuan,
    guaranteed_outstanding_yuan,
    cumulative_guaranteed_yuan,
    compensated_yuan,
    leverage_multiple as leverage_limit,
    is_carried,
    submission_id,
    sheet,
    row_number,
    received_at
from {{ ref('int_fund_state') }}
where claim_rank = 1
