{{ config(materialized="view") }}

with facts as (
    select
        facts.fact,
        facts.as_of,
        readings.subject_key
    from {{ ref('article_facts') }} as facts
    inner join {{ ref('article_reading') }} as readings on facts.fact = readings.fact
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
