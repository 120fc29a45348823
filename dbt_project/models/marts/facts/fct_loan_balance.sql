select
    loans.period,
    loans.carried_from,
    loans.contract_number,
    loans.household_code,
    loans.loan_product,
    loans.is_guarantee_product,
    loans.household_registered,
    loans.village_code,
    substr(loans.village_code, 1, 9) as township_code,
    substr(loans.village_code, 1, 6) as county_code,
    loans.submitter_code,
    loans.principal_yuan,
    loans.repaid_yuan,
    cast(coalesce(events.compensated_yuan, 0) as decimal(18, 2)) as compensated_yuan,
    loans.balance_yuan,
    coalesce(loans.overdue_yuan, 0) as overdue_yuan,
    coalesce(events.extended_due_on, loans.due_on) as effective_due_on,
    case
        when loans.balance_yuan > 0 and coalesce(events.extended_due_on, loans.due_on) < periods.last_day
            then {{ days_between('coalesce(events.extended_due_on, loans.due_on)', 'periods.last_day') }}
        else 0
    end as days_past_due,
    loans.interest_subsidy_yuan,
    loans.is_carried,
    loans.submission_id,
    loans.sheet,
    loans.row_number,
    loans.received_at
from {{ ref('int_loan_registered') }} as loans
inner join {{ ref('int_period') }} as periods on loans.period = periods.period
left join {{ ref('int_loan_event_total') }} as events
    on loans.period = events.period
    and loans.submitter_code = events.submitter_code
    and loans.contract_number = events.contract_number
