select
    claims.claim_number,
    claims.policy_number,
    policies.insurance_line,
    policies.township_code,
    policies.county_code,
    claims.claimant_token,
    claims.claimant_age_years,
    claims.claimant_id_sex,
    claims.occurred_on,
    claims.reported_on,
    claims.settled_on,
    claims.claim_status,
    claims.claimed_yuan,
    claims.paid_yuan,
    claims.period,
    claims.submitter_code,
    claims.is_carried,
    claims.submission_id,
    claims.sheet,
    claims.row_number,
    claims.received_at
from {{ ref('int_claim') }} as claims
left join {{ ref('fct_insurance_policy') }} as policies on claims.policy_number = policies.policy_number
