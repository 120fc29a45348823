with known as (
    {{ ledger_rows('distributions') }}
)

select
    period,
    distribution_code,
    cooperative_code,
    distribution_year,
    declared_on,
    total_yield_yuan,
    fund_part_yield_yuan,
    households_part_yuan,
    village_part_yuan,
    submission_id,
    submitter_code,
    received_at,
    sheet,
    row_number,
    is_carried,
    row_number() over (
        partition by distribution_code
        order by substr(cooperative_code, 1, 9) <> submitter_code, submitter_code
    ) as claim_rank
from known
