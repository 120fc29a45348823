-- Exits of a year (exits_households) are told by the year of exit in the register, the exits between two periods
-- (stock_flow) by the register before and after. Where a return came late, or the year was entered wrongly, the two
-- books disagree: each household that one of them has and the other has not.
with years as (
    select
        states.period,
        states.household_code,
        states.exit_year,
        periods.calendar_year,
        coalesce(states.village_code, states.submitter_code) as place_code,
        coalesce(
            not {{ is_poor('states.poverty_status') }} and states.exit_year = periods.calendar_year, false
        ) as is_exit_of_year,
        states.submission_id,
        states.sheet,
        states.row_number
    from {{ ref('int_household_state') }} as states
    inner join {{ ref('int_period') }} as periods on states.period = periods.period
    where states.claim_rank = 1
),

-- Every step of the year up to the period, since the exits of a year add up.
steps as (
    select
        periods.period,
        flows.household_code,
        max(flows.period) as flow_period
    from {{ ref('int_period') }} as periods
    inner join {{ ref('int_period') }} as earlier
        on periods.calendar_year = earlier.calendar_year
        and periods.period >= earlier.period
    inner join {{ ref('int_household_flow') }} as flows
        on earlier.period = flows.period
        and flows.population = 'poor'
        and flows.flow = 'exited'
    group by periods.period, flows.household_code
),

-- The first register known has nothing before it that it could have flowed from.
compared as (
    select
        years.*,
        steps.flow_period
    from years
    inner join {{ ref('int_period_step') }} as known on years.period = known.period
    left join steps
        on years.period = steps.period
        and years.household_code = steps.household_code
)

select
    period,
    household_code,
    substr(place_code, 1, 9) as township_code,
    substr(place_code, 1, 6) as county_code,
    case
        when is_exit_of_year then 'exit of the year without a step out of poverty'
        else 'step out of poverty that is no exit of the year'
    end as difference,
    exit_year,
    flow_period,
    submission_id,
    sheet,
    row_number,
    '{{ var("data_origin") }}' as data_origin
from compared
where
    (is_exit_of_year and flow_period is null)
    or (not is_exit_of_year and flow_period is not null)
