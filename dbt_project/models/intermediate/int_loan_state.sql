with known as (
    select *
    from {{ ref('stg_guarantee_loans') }}
    where {{ known_on_day() }}
),

stated as (
    select
        carried.period,
        carried.source_period,
        known.submission_id,
        known.submitter_code,
        known.received_at,
        known.sheet,
        known.row_number,
        known.is_carried,
        known.village_code,
        known.household_code,
        known.borrower_token,
        known.borrower_age_years,
        known.borrower_id_sex,
        known.borrower_id_county_code,
        known.relation,
        known.contract_number,
        known.loan_product,
        known.guarantor_kind,
        known.fund_code,
        known.bank,
        known.principal_yuan,
        known.term_months,
        known.released_on,
        known.due_on,
        known.annual_rate_percent,
        known.repaid_yuan,
        known.balance_yuan,
        known.overdue_yuan,
        known.interest_subsidy_yuan,
        known.purpose,
        known.planted_area_mu
    from {{ ref('int_carried_return') }} as carried
    inner join known
        on carried.submitter_code = known.submitter_code
        and carried.source_period = known.period
    where carried.form = 'guarantee_loans'
)

select
    period,
    case when source_period <> period then source_period end as carried_from,
    submission_id,
    submitter_code,
    received_at,
    sheet,
    row_number,
    is_carried,
    village_code,
    household_code,
    borrower_token,
    borrower_age_years,
    borrower_id_sex,
    borrower_id_county_code,
    relation,
    contract_number,
    loan_product,
    guarantor_kind,
    fund_code,
    bank,
    principal_yuan,
    term_months,
    released_on,
    due_on,
    annual_rate_percent,
    repaid_yuan,
    balance_yuan,
    overdue_yuan,
    interest_subsidy_yuan,
    purpose,
    planted_area_mu,
    {{ claim_rank('contract_number', "substr(contract_number, 4)") }} as claim_rank
from stated
