{{ config(materialized="view") }}

with facts as (
    {{ facts_of_article() }}
)

select
    facts.fact,
    cast(nullif(count(distinct programmes.programme), 0) as decimal(24, 6)) as computed
from facts
left join {{ ref('fct_programme_participation') }} as programmes
    on facts.as_of = programmes.period
    and facts.fact = programmes.programme_group
where facts.fact in ('five_projects', 'three_actions')
group by facts.fact
