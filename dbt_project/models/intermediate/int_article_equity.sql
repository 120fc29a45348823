{{ config(materialized="view") }}

with facts as (
    {{ facts_of_article() }}
),

money as (
    select
        facts.fact,
        cooperatives.poverty_fund_yuan as computed
    from facts
    inner join {{ ref('int_cooperative_state') }} as cooperatives
        on facts.as_of = cooperatives.period
        and facts.subject_key = cooperatives.cooperative_code
        and cooperatives.claim_rank = 1
    where facts.fact = 'yuanshan_poverty_money'
),

holdings as (
    select
        facts.fact,
        sum(case when holdings.holder_kind = 'household_group' then holdings.amount_yuan end) as households_yuan,
        sum(case when holdings.holder_kind = 'village_collective' then holdings.amount_yuan end) as village_yuan,
        sum(holdings.amount_yuan) as capital_yuan
    from facts
    inner join {{ ref('fct_equity_holding') }} as holdings
        on facts.as_of = holdings.period
        and facts.subject_key = holdings.cooperative_code
    group by facts.fact
),

groups as (
    select
        facts.fact,
        count(distinct members.household_code) as households,
        sum(members.persons_at_allotment) as persons
    from facts
    inner join {{ ref('bridge_equity_group') }} as members
        on facts.as_of = members.period
        and facts.subject_key = members.cooperative_code
    group by facts.fact
),

splits as (
    select
        facts.fact,
        case
            when facts.fact = 'yuanshan_split_village' then agreements.village_share_percent
            else agreements.households_share_percent
        end as share_percent,
        row_number() over (
            partition by facts.fact
            order by agreements.valid_from desc, agreements.agreement_code desc
        ) as precedence
    from facts
    inner join {{ ref('int_equity_agreement_state') }} as agreements
        on facts.as_of = agreements.period
        and facts.subject_key = agreements.cooperative_code
        and agreements.claim_rank = 1
        and facts.last_day >= agreements.valid_from
        and (agreements.valid_to is null or {{ first_day_of_period('facts.as_of') }} <= agreements.valid_to)
    where facts.fact in ('yuanshan_split_households', 'yuanshan_split_village')
),

computed as (
    select
        fact,
        cast(computed as decimal(24, 6)) as computed
    from money
    union all
    select
        fact,
        cast(households_yuan as decimal(24, 6)) as computed
    from holdings
    where fact = 'yuanshan_household_equity'
    union all
    select
        fact,
        cast(village_yuan as decimal(24, 6)) as computed
    from holdings
    where fact = 'yuanshan_village_equity'
    union all
    select
        fact,
        cast(capital_yuan as decimal(24, 6)) as computed
    from holdings
    where fact = 'yuanshan_cooperative_capital'
    union all
    select
        fact,
        {{ safe_divide('village_yuan', 'capital_yuan') }} as computed
    from holdings
    where fact = 'yuanshan_village_share'
    union all
    select
        fact,
        cast(households as decimal(24, 6)) as computed
    from groups
    where fact = 'yuanshan_households'
    union all
    select
        fact,
        cast(persons as decimal(24, 6)) as computed
    from groups
    where fact = 'yuanshan_persons'
    union all
    select
        holdings.fact,
        {{ safe_divide('holdings.households_yuan', 'groups.persons') }} as computed
    from holdings
    inner join groups on holdings.fact = groups.fact
    where holdings.fact = 'yuanshan_equity_per_person'
    union all
    select
        fact,
        cast(share_percent * 0.01 as decimal(24, 6)) as computed
    from splits
    where precedence = 1
)

select
    fact,
    computed
from computed
