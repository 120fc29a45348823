{{ config(materialized="view") }}

with facts as (
    select
        facts.fact,
        facts.as_of,
        {{ last_day_of_period('facts.as_of') }} as last_day
    from {{ ref('article_facts') }} as facts
    inner join {{ ref('article_reading') }} as readings on facts.fact = readings.fact
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
