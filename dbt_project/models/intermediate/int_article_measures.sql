{{ config(materialized="view") }}

with facts as (
    {{ facts_of_article() }}
),

measure_types as (
    select
        facts.fact,
        case when count(measures.measure_code) > 0 then count(distinct measures.measure_type) end as computed
    from facts
    left join {{ ref('fct_assistance_measure') }} as measures on facts.as_of = measures.period
    where facts.fact = 'rural_measures'
    group by facts.fact
)

select
    fact,
    cast(computed as decimal(24, 6)) as computed
from measure_types
