select
    period,
    carried_from,
    contract_number,
    household_code,
    enterprise_code,
    base_name,
    product,
    land_owner,
    area_mu,
    head_count,
    agreed_price_yuan,
    signed_on,
    started_on,
    ended_on,
    sales_yuan,
    expected_gain_yuan,
    realised_gain_yuan,
    village_code,
    substr(village_code, 1, 9) as township_code,
    substr(village_code, 1, 6) as county_code,
    submitter_code,
    is_carried,
    submission_id,
    sheet,
    row_number,
    received_at
from {{ ref('int_fostering_state') }}
where
    claim_rank = 1
    -- What was gained in a year is not carried into another one.
    and substr(coalesce(carried_from, period), 1, 4) = substr(period, 1, 4)
