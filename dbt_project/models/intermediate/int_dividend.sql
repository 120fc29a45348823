with known as (
    {{ ledger_rows('dividends') }}
)

select
    period,
    distribution_code,
    beneficiary_kind,
    beneficiary_code,
    due_yuan,
    paid_yuan,
    paid_on,
    submission_id,
    submitter_code,
    received_at,
    sheet,
    row_number,
    is_carried,
    row_number() over (
        partition by distribution_code, beneficiary_kind, beneficiary_code
        order by substr(distribution_code, 1, 9) <> submitter_code, submitter_code
    ) as claim_rank
from known
