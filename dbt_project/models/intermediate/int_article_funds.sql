{{ config(materialized="view") }}

with facts as (
    {{ facts_of_article() }}
),

funds as (
    select
        facts.fact,
        funds.fund_level,
        funds.place_code,
        row_number() over (
            partition by facts.fact, funds.fund_level
            order by funds.founded_on, funds.fund_code
        ) as seniority
    from facts
    inner join {{ ref('fct_guarantee_fund') }} as funds on facts.as_of = funds.period
    where facts.fact in ('guarantee_funds', 'first_township_fund', 'first_village_fund')
),

fund_places as (
    select
        fact,
        count(distinct place_code) as computed
    from funds
    where fact = 'guarantee_funds'
    group by fact
),

first_funds as (
    select
        fact,
        cast(place_code as bigint) as computed
    from funds
    where
        seniority = 1
        and fund_level = case when fact = 'first_village_fund' then 'village' else 'township' end
        and fact in ('first_township_fund', 'first_village_fund')
)

select
    fact,
    cast(computed as decimal(24, 6)) as computed
from fund_places
union all
select
    fact,
    cast(computed as decimal(24, 6)) as computed
from first_funds
