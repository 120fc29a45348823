-- A loan as last stated; what moves with time stands in fct_loan_balance.
with ranked as (
    select
        *,
        min(period) over (partition by contract_number) as first_period,
        max(period) over (partition by contract_number) as last_period,
        row_number() over (partition by contract_number order by period desc) as recency
    from {{ ref('int_loan_registered') }}
)

select
    contract_number,
    household_code,
    borrower_token,
    relation,
    loan_product,
    is_guarantee_product,
    guarantor_kind,
    fund_code,
    bank,
    village_code,
    substr(village_code, 1, 9) as township_code,
    substr(village_code, 1, 6) as county_code,
    submitter_code,
    principal_yuan,
    term_months,
    released_on,
    due_on,
    annual_rate_percent,
    purpose,
    planted_area_mu,
    household_registered,
    first_period,
    last_period,
    is_carried,
    submission_id,
    sheet,
    row_number,
    received_at
from ranked
where recency = 1
