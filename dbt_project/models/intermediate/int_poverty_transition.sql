-- What changed for a household since the period before in which the register knew it.
with stated as (
    select
        period,
        household_code,
        poverty_status,
        lag(poverty_status) over (partition by household_code order by period) as previous_status,
        lag(period) over (partition by household_code order by period) as previous_period
    from {{ ref('int_household_state') }}
    where claim_rank = 1
)

select
    stated.period,
    stated.household_code,
    stated.previous_period,
    stated.previous_status,
    case
        when stated.previous_status is null then 'first seen'
        when stated.previous_status = stated.poverty_status then 'unchanged'
        when {{ is_poor('stated.previous_status') }} and not {{ is_poor('stated.poverty_status') }} then 'exited'
        when not {{ is_poor('stated.previous_status') }} and {{ is_poor('stated.poverty_status') }} then 'fell back'
        else 'changed'
    end as transition,
    transitions.is_allowed as transition_allowed
from stated
left join {{ ref('status_transition') }} as transitions
    on stated.previous_status = transitions.from_status
    and stated.poverty_status = transitions.to_status
