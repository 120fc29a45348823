{{ config(materialized="view") }}

with facts as (
    {{ facts_of_article() }}
),

-- One application, two selections, three notices: a kind of step counts once some application went through as many.
taken as (
    select
        facts.fact,
        steps.application_code,
        steps.step,
        count(distinct steps.level) as levels
    from facts
    inner join {{ ref('fct_identification_step') }} as steps on facts.last_day >= steps.started_on
    where
        facts.fact = 'rural_steps'
        and steps.programme = 'rural'
    group by facts.fact, steps.application_code, steps.step
),

kinds as (
    select
        fact,
        count(
            distinct case
                when levels >= case when step = 'application' then 1 when step = 'selection' then 2 else 3 end then step
            end
        ) as computed
    from taken
    group by fact
)

select
    fact,
    cast(computed as decimal(24, 6)) as computed
from kinds
