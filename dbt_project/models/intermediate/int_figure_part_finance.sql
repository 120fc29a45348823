{{ config(materialized="view") }}

-- What loans, guarantee funds, fostering contracts, policies and dividends add to figures.
with loans as (
    select
        period,
        submission_id,
        sheet,
        row_number,
        contract_number as row_key,
        place_code,
        principal_yuan,
        balance_yuan,
        coalesce(overdue_yuan, 0) as overdue_yuan
    from {{ ref('int_loan_registered') }}
    where
        is_guarantee_product
        and household_registered
),

funds as (
    select
        period,
        submission_id,
        sheet,
        row_number,
        fund_code as row_key,
        substr(fund_code, 1, 9) as place_code,
        1 as funds,
        fund_amount_yuan,
        guaranteed_outstanding_yuan,
        cumulative_guaranteed_yuan
    from {{ ref('int_fund_state') }}
    where claim_rank = 1
),

contracts as (
    select
        period,
        submission_id,
        sheet,
        row_number,
        contract_number as row_key,
        village_code as place_code,
        area_mu,
        realised_gain_yuan,
        expected_gain_yuan
    from {{ ref('fct_base_fostering') }}
),

policies as (
    select
        period,
        submission_id,
        sheet,
        row_number,
        policy_number as row_key,
        township_code as place_code,
        insurance_line,
        1 as policies,
        insured_persons,
        premium_yuan
    from {{ ref('int_policy_in_force') }}
),

dividends as (
    select
        periods.period,
        dividends.submission_id,
        dividends.sheet,
        dividends.row_number,
        dividends.distribution_code || dividends.beneficiary_kind || dividends.beneficiary_code as row_key,
        dividends.village_code as place_code,
        dividends.due_yuan,
        case when dividends.paid_on <= periods.last_day then dividends.paid_yuan else 0 end as paid_yuan
    from {{ ref('int_period') }} as periods
    inner join {{ ref('fct_dividend') }} as dividends on periods.last_day >= dividends.declared_on
    where dividends.beneficiary_kind <> 'household'
)

{{ figure_parts('guarantee_loans', 'loans', [
    ('guarantee_loan_amount', 'principal_yuan', none),
    ('loan_balance', 'balance_yuan', none),
    ('overdue_amount', 'overdue_yuan', none),
    ('overdue_rate', 'overdue_yuan', 'balance_yuan'),
]) }}
union all
{{ figure_parts('guarantee_funds', 'funds', [
    ('funds', 'funds', none),
    ('fund_amount', 'fund_amount_yuan', none),
    ('fund_outstanding', 'guaranteed_outstanding_yuan', none),
    ('leverage', 'guaranteed_outstanding_yuan', 'fund_amount_yuan'),
    ('leverage_cumulative', 'cumulative_guaranteed_yuan', 'fund_amount_yuan'),
]) }}
union all
{{ figure_parts('base_fostering', 'contracts', [
    ('fostering_area', 'area_mu', none),
    ('fostering_gain', 'realised_gain_yuan', none),
    ('fostering_expected_gain', 'expected_gain_yuan', none),
]) }}
union all
{{ figure_parts('insurance_policies', 'policies', [
    ('insurance_policies', 'policies', none),
    ('insurance_premium', 'premium_yuan', none),
]) }}
union all
{{ figure_parts('insurance_policies', 'policies', [
    ('insured_share_', 'insured_persons', none),
], by='insurance_line') }}
union all
{{ figure_parts('dividends', 'dividends', [
    ('dividends_due', 'due_yuan', none),
    ('dividends_paid', 'paid_yuan', none),
    ('dividend_paid_rate', 'paid_yuan', 'due_yuan'),
]) }}
