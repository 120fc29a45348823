with dated as (
    select
        periods.period,
        periods.year_first_day,
        events.submitter_code,
        events.contract_number,
        events.happened_on,
        events.event_kind,
        events.amount_yuan,
        events.new_due_on
    from {{ ref('int_loan_event') }} as events
    inner join {{ ref('int_period') }} as periods on events.happened_on <= periods.last_day
)

select
    period,
    submitter_code,
    contract_number,
    sum(case when event_kind = 'drawn' then amount_yuan else 0 end) as drawn_yuan,
    sum(case when event_kind = 'repaid' then amount_yuan else 0 end) as repaid_yuan,
    sum(case when event_kind = 'compensated' then amount_yuan else 0 end) as compensated_yuan,
    sum(case when event_kind = 'recovered' then amount_yuan else 0 end) as recovered_yuan,
    sum(case when event_kind = 'compensated' and happened_on >= year_first_day then amount_yuan else 0 end)
        as compensated_in_year_yuan,
    sum(
        case when event_kind in ('repaid', 'compensated') and happened_on >= year_first_day then amount_yuan else 0 end
    ) as released_in_year_yuan,
    max(case when event_kind = 'extended' then new_due_on end) as extended_due_on
from dated
group by period, submitter_code, contract_number
