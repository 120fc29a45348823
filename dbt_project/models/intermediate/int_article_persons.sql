{{ config(materialized="view") }}

with facts as (
    {{ facts_of_article() }}
),

persons_in_poverty as (
    select
        facts.fact,
        case
            when count(persons.person_key) > 0
                then count(distinct case when persons.is_poor then persons.person_key end)
        end as computed
    from facts
    left join {{ ref('fct_person_status') }} as persons on facts.as_of = persons.period
    where facts.fact = 'persons_in_poverty'
    group by facts.fact
)

select
    fact,
    cast(computed as decimal(24, 6)) as computed
from persons_in_poverty
