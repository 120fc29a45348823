-- Opening and flows give the closing, the residual is itemised to the last person, and what closes is what opens next.
with flows as (
    select
        population,
        division_code,
        period,
        previous_period,
        opening_households,
        opening_persons,
        residual_households,
        residual_persons,
        closing_households,
        closing_persons,
        opening_households + entered_households + returned_households - exited_households - removed_households
        + split_merge_households + residual_households as reached_households,
        opening_persons + entered_persons + returned_persons - exited_persons - removed_persons
        + split_merge_persons + natural_persons + residual_persons as reached_persons
    from {{ ref('stock_flow') }}
    where division_level = 'city'
),

items as (
    select
        population,
        period,
        sum(households) as households,
        sum(persons) as persons
    from {{ ref('stock_flow_residual') }}
    group by population, period
),

judged as (
    select
        flows.population,
        flows.period,
        case
            when flows.reached_households <> flows.closing_households then 'households do not close'
            when flows.reached_persons <> flows.closing_persons then 'persons do not close'
            when flows.residual_households <> coalesce(items.households, 0) then 'households are not itemised'
            when flows.residual_persons <> coalesce(items.persons, 0) then 'persons are not itemised'
            when later.opening_persons <> flows.closing_persons then 'persons closing are not those opening next'
            when later.opening_households <> flows.closing_households
                then 'households closing are not those opening next'
        end as problem
    from flows
    left join items
        on flows.population = items.population
        and flows.period = items.period
    left join flows as later
        on flows.population = later.population
        and flows.division_code = later.division_code
        and flows.period = later.previous_period
)

select *
from judged
where problem is not null
