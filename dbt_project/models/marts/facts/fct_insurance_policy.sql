with ranked as (
    select
        *,
        min(period) over (partition by policy_number) as first_period,
        max(period) over (partition by policy_number) as last_period,
        row_number() over (partition by policy_number order by period desc) as recency
    from {{ ref('int_policy_state') }}
    where claim_rank = 1
)

select
    policy_number,
    insurance_line,
    township_code,
    substr(township_code, 1, 6) as county_code,
    insured_households,
    insured_persons,
    sum_insured_yuan,
    premium_yuan,
    household_part_yuan,
    started_on,
    ended_on,
    first_period,
    last_period,
    submitter_code,
    is_carried,
    submission_id,
    sheet,
    row_number,
    received_at
from ranked
where recency = 1
