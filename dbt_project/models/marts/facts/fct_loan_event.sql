with latest as (
    select {{ last_day_of_period('max(period)') }} as last_day
    from {{ ref('int_return') }}
),

events as (
    select
        event_number,
        contract_number,
        event_kind,
        happened_on,
        amount_yuan,
        new_due_on,
        submitter_code,
        period,
        is_carried,
        submission_id,
        sheet,
        row_number,
        received_at
    from {{ ref('int_loan_event') }}
    union all
    -- Finance pays the interest; a subsidy that is only due, or to be paid after the last period, has not happened.
    select
        subsidies.subsidy_number as event_number,
        subsidies.contract_number,
        'subsidised' as event_kind,
        subsidies.paid_on as happened_on,
        subsidies.amount_yuan,
        cast(null as date) as new_due_on,
        subsidies.submitter_code,
        subsidies.period,
        subsidies.is_carried,
        subsidies.submission_id,
        subsidies.sheet,
        subsidies.row_number,
        subsidies.received_at
    from {{ ref('int_loan_subsidy') }} as subsidies
    inner join latest on subsidies.paid_on <= latest.last_day
)

select
    events.event_number,
    events.contract_number,
    events.event_kind,
    events.happened_on,
    events.amount_yuan,
    events.new_due_on,
    loans.household_code,
    loans.loan_product,
    loans.contract_number is not null as is_registered_loan,
    substr(events.contract_number, 4, 9) as township_code,
    substr(events.contract_number, 4, 6) as county_code,
    events.submitter_code,
    events.period as returned_for,
    events.is_carried,
    events.submission_id,
    events.sheet,
    events.row_number,
    events.received_at
from events
left join {{ ref('fct_guarantee_loan') }} as loans on events.contract_number = loans.contract_number
