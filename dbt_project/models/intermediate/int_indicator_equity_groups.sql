{{ config(materialized="view") }}

with pool_dividends as (
    -- Cumulative by the entries' own days: what is declared by the end of a period.
    select
        periods.period,
        dividends.village_code as place_code,
        sum(case when dividends.beneficiary_kind = 'pool' then dividends.due_yuan end) as pool_yuan
    from {{ ref('int_period') }} as periods
    inner join {{ ref('fct_dividend') }} as dividends on periods.last_day >= dividends.declared_on
    group by periods.period, dividends.village_code
),

groups as (
    select
        period,
        household_code,
        village_code as place_code,
        is_member,
        persons_at_allotment
    from {{ ref('bridge_equity_group') }}
),

-- The pool comes with another return than the groups: both sides are of the townships that returned both.
asked_groups as (
    {{ answered_rows('groups', ['dividends']) }}
),

asked_dividends as (
    {{ answered_rows('pool_dividends', ['equity_group_members']) }}
),

pools as (
    select
        places.map,
        places.division_level,
        places.division_code,
        dividends.period,
        cast(sum(dividends.pool_yuan) as decimal(24, 6)) as amount
    from asked_dividends as dividends
    inner join {{ ref('int_place_rollup') }} as places on dividends.place_code = places.place_code
    group by places.map, places.division_level, places.division_code, dividends.period
),

sharing as (
    select
        places.map,
        places.division_level,
        places.division_code,
        members.period,
        cast(count(distinct members.household_code) as decimal(24, 6)) as ever_in_group
    from asked_groups as members
    inner join {{ ref('int_place_rollup') }} as places on members.place_code = places.place_code
    group by places.map, places.division_level, places.division_code, members.period
),

households as (
    -- A household may be in the groups of two cooperatives: it is counted once in every division.
    select
        places.map,
        places.division_level,
        places.division_code,
        members.period,
        members.household_code,
        max(case when members.is_member then 1 else 0 end) as is_member,
        max(case when members.is_member then members.persons_at_allotment else 0 end) as persons
    from groups as members
    inner join {{ ref('int_place_rollup') }} as places on members.place_code = places.place_code
    group by
        places.map,
        places.division_level,
        places.division_code,
        members.period,
        members.household_code
),

heads as (
    select
        map,
        division_level,
        division_code,
        period,
        cast(sum(is_member) as decimal(24, 6)) as households,
        cast(sum(persons) as decimal(24, 6)) as persons
    from households
    group by map, division_level, division_code, period
)

select
    'equity_households' as indicator,
    map,
    division_level,
    division_code,
    period,
    households as numerator,
    cast(null as decimal(24, 6)) as denominator
from heads
union all
select
    'equity_persons' as indicator,
    map,
    division_level,
    division_code,
    period,
    persons as numerator,
    cast(null as decimal(24, 6)) as denominator
from heads
union all
select
    'pool_per_household' as indicator,
    sharing.map,
    sharing.division_level,
    sharing.division_code,
    sharing.period,
    coalesce(pools.amount, 0) as numerator,
    sharing.ever_in_group as denominator
from sharing
left join pools
    on sharing.map = pools.map
    and sharing.division_level = pools.division_level
    and sharing.division_code = pools.division_code
    and sharing.period = pools.period
