-- Loans with names beside their codes: what the contract says, and how it stands at the end of each period.
with loans as (
    {{ with_code_names(ref('fct_guarantee_loan'), {
        'loan_product': 'loan_product',
        'guarantor_kind': 'guarantor_kind',
        'bank': 'bank',
        'purpose': 'loan_purpose',
    }) }}
)

select
    balances.period,
    periods.last_day as period_end,
    periods.period_name,
    balances.contract_number,
    balances.household_code,
    balances.village_code,
    places.short_name as village_name,
    balances.township_code,
    places.township_name,
    balances.county_code,
    places.county_name,
    loans.loan_product,
    loans.loan_product_name,
    balances.is_guarantee_product,
    balances.household_registered,
    loans.guarantor_kind,
    loans.guarantor_kind_name,
    loans.fund_code,
    funds.fund_name,
    loans.bank,
    loans.bank_name,
    loans.purpose,
    loans.purpose_name,
    loans.released_on,
    loans.due_on,
    balances.effective_due_on,
    loans.term_months,
    loans.annual_rate_percent,
    balances.principal_yuan,
    balances.repaid_yuan,
    balances.compensated_yuan,
    balances.balance_yuan,
    balances.overdue_yuan,
    balances.overdue_yuan > 0 as is_overdue,
    balances.days_past_due,
    balances.interest_subsidy_yuan,
    balances.carried_from,
    '{{ var("data_origin") }}' as data_origin
from {{ ref('fct_loan_balance') }} as balances
inner join loans on balances.contract_number = loans.contract_number
inner join {{ ref('dim_period') }} as periods on balances.period = periods.period
left join {{ ref('dim_place') }} as places on balances.village_code = places.division_code
left join {{ ref('dim_fund') }} as funds on loans.fund_code = funds.fund_code
