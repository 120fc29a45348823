-- The townships' list and the banks' lists side by side; neither is taken for the other.
with townships as (
    select
        loans.*,
        concat_ws('-', '350400', upper(loans.bank)) as bank_submitter
    from {{ ref('int_loan_state') }} as loans
    where loans.claim_rank = 1
),

banks as (
    select *
    from {{ ref('int_bank_loan_state') }}
    where claim_rank = 1
),

bank_returns as (
    select
        period,
        submitter_code
    from {{ ref('int_carried_return') }}
    where form = 'bank_loans'
),

township_returns as (
    select
        period,
        submitter_code
    from {{ ref('int_carried_return') }}
    where form = 'guarantee_loans'
),

matched as (
    select
        coalesce(townships.period, banks.period) as period,
        coalesce(townships.contract_number, banks.contract_number) as contract_number,
        coalesce(townships.submitter_code, banks.township_code) as township_code,
        townships.contract_number is not null as in_township,
        banks.contract_number is not null as in_bank,
        townships.bank_submitter,
        banks.submitter_code as bank_code,
        townships.principal_yuan as township_principal_yuan,
        banks.principal_yuan as bank_principal_yuan,
        townships.balance_yuan as township_balance_yuan,
        banks.balance_yuan as bank_balance_yuan,
        townships.overdue_yuan as township_overdue_yuan,
        banks.overdue_yuan as bank_overdue_yuan,
        case when townships.principal_yuan <> banks.principal_yuan then 'principal' end as principal_differs,
        case when townships.balance_yuan <> banks.balance_yuan then 'balance' end as balance_differs,
        case when coalesce(townships.overdue_yuan, 0) <> coalesce(banks.overdue_yuan, 0) then 'overdue' end
            as overdue_differs,
        case when townships.released_on <> banks.released_on then 'released_on' end as release_differs,
        case when townships.due_on <> banks.due_on then 'due_on' end as due_differs,
        case when townships.annual_rate_percent <> banks.annual_rate_percent then 'rate' end as rate_differs,
        case when townships.guarantor_kind <> banks.guarantor_kind then 'guarantor' end as guarantor_differs,
        case when townships.borrower_token <> banks.borrower_token then 'borrower' end as borrower_differs,
        case when townships.bank_submitter <> banks.submitter_code then 'bank' end as bank_differs
    from townships
    full join banks
        on townships.period = banks.period
        and townships.contract_number = banks.contract_number
)

select matched.*
from matched
left join bank_returns
    on matched.period = bank_returns.period
    and matched.bank_submitter = bank_returns.submitter_code
left join township_returns
    on matched.period = township_returns.period
    and matched.township_code = township_returns.submitter_code
-- A list that is missing is no difference: a loan is only missed where the other side returned its own.
where
    (matched.in_township and matched.in_bank)
    or (matched.in_township and bank_returns.submitter_code is not null)
    or (matched.in_bank and township_returns.submitter_code is not null)
