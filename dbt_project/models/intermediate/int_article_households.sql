{{ config(materialized="view") }}

with facts as (
    {{ facts_of_article() }}
),

cause_classes as (
    select
        facts.fact,
        case when count(households.household_code) > 0 then count(distinct causes.class_name) end as computed
    from facts
    left join {{ ref('fct_poverty_status') }} as households on facts.as_of = households.period
    left join {{ ref('dim_cause') }} as causes
        on households.main_cause = causes.cause_code
        and causes.class_kind = case when facts.fact = 'rural_causes' then 'cause' else 'shortage' end
    where facts.fact in ('rural_causes', 'rural_shortages')
    group by facts.fact
)

select
    fact,
    cast(computed as decimal(24, 6)) as computed
from cause_classes
