{{ config(materialized="view") }}

with facts as (
    {{ facts_of_article() }}
),

-- One application, two reviews, two notices: a kind of step counts once some application went through as many.
taken as (
    select
        facts.fact,
        steps.application_code,
        steps.step,
        count(distinct steps.level) as levels
    from facts
    inner join {{ ref('int_identification_step_urban') }} as steps
        on {{ last_day_of_period('facts.as_of') }} >= steps.started_on
    where facts.fact = 'urban_steps'
    group by facts.fact, steps.application_code, steps.step
),

steps as (
    select
        fact,
        count(distinct case when levels >= case when step = 'application' then 1 else 2 end then step end) as kinds
    from taken
    group by fact
),

-- Classes in force at the period with at least one household.
categories as (
    select
        facts.fact,
        count(distinct classes.class_name) as kinds
    from facts
    inner join {{ ref('fct_urban_household') }} as households on facts.as_of = households.period
    inner join {{ ref('urban_category_class') }} as classes
        on households.category = classes.category
        and classes.valid_from <= {{ last_day_of_period('facts.as_of') }}
        and (classes.valid_to is null or classes.valid_to >= {{ last_day_of_period('facts.as_of') }})
    where facts.fact = 'urban_categories'
    group by facts.fact
),

measure_types as (
    select
        facts.fact,
        count(distinct measures.measure_type) as kinds
    from facts
    inner join {{ ref('fct_urban_assistance') }} as measures on facts.as_of = measures.period
    where facts.fact = 'urban_measures'
    group by facts.fact
)

select
    fact,
    cast(kinds as decimal(24, 6)) as computed
from steps
union all
select
    fact,
    cast(kinds as decimal(24, 6)) as computed
from categories
union all
select
    fact,
    cast(kinds as decimal(24, 6)) as computed
from measure_types
