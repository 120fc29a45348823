-- The last decision about a household that lies no later than a period's end, whenever it was returned.
with ranked as (
    select
        periods.period,
        decisions.household_code,
        decisions.status_after as recorded_status,
        decisions.decision_number as recorded_decision_number,
        decisions.decided_on as recorded_on,
        row_number() over (
            partition by periods.period, decisions.household_code
            order by decisions.step_number desc
        ) as recency
    from {{ ref('int_period') }} as periods
    inner join {{ ref('int_household_decision') }} as decisions on periods.last_day >= decisions.decided_on
)

select
    period,
    household_code,
    recorded_status,
    recorded_decision_number,
    recorded_on
from ranked
where recency = 1
