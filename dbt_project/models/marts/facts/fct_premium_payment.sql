select
    payments.payment_number,
    payments.policy_number,
    payments.payer_kind,
    payments.covers_household_part,
    payments.amount_yuan,
    payments.paid_on,
    policies.insurance_line,
    policies.township_code,
    policies.county_code,
    payments.period,
    payments.submitter_code,
    payments.is_carried,
    payments.submission_id,
    payments.sheet,
    payments.row_number,
    payments.received_at
from {{ ref('int_premium_payment') }} as payments
left join {{ ref('fct_insurance_policy') }} as policies on payments.policy_number = policies.policy_number
