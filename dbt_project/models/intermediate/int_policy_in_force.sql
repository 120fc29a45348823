{{ config(materialized="view") }}

select
    states.period,
    states.policy_number,
    states.submitter_code,
    states.township_code,
    states.insurance_line,
    states.insured_households,
    states.insured_persons,
    states.sum_insured_yuan,
    states.premium_yuan,
    states.household_part_yuan,
    states.started_on,
    states.ended_on,
    states.submission_id,
    states.sheet,
    states.row_number
from {{ ref('int_policy_state') }} as states
inner join {{ ref('int_period') }} as periods
    on states.period = periods.period
    and states.started_on <= periods.last_day
    and states.ended_on >= periods.last_day
where states.claim_rank = 1
