select
    balances.period,
    balances.contract_number,
    balances.submitter_code,
    {{ county_of('balances.submitter_code') }} as county_code,
    totals.contract_number is not null as has_events,
    cast(coalesce(totals.drawn_yuan, 0) as decimal(18, 2)) as drawn_yuan,
    cast(coalesce(totals.repaid_yuan, 0) as decimal(18, 2)) as repaid_yuan,
    cast(coalesce(totals.compensated_yuan, 0) as decimal(18, 2)) as compensated_yuan,
    balances.balance_yuan as reported_balance_yuan,
    cast(
        coalesce(totals.drawn_yuan - totals.repaid_yuan - totals.compensated_yuan, 0) - balances.balance_yuan
        as decimal(18, 2)
    ) as difference_yuan
from {{ ref('fct_loan_balance') }} as balances
inner join {{ ref('int_carried_return') }} as returns
    on balances.period = returns.period
    and balances.submitter_code = returns.submitter_code
    and returns.form = 'loan_events'
left join {{ ref('int_loan_event_total') }} as totals
    on balances.period = totals.period
    and balances.submitter_code = totals.submitter_code
    and balances.contract_number = totals.contract_number
where
    totals.contract_number is null
    or totals.drawn_yuan <> balances.principal_yuan
    or totals.repaid_yuan <> balances.repaid_yuan
    or totals.drawn_yuan - totals.repaid_yuan - totals.compensated_yuan <> balances.balance_yuan
