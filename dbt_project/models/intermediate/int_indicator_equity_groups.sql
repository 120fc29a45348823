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
    {% call rolled_up('asked_dividends') %}
        cast(sum(counted.pool_yuan) as decimal(24, 6)) as amount
    {% endcall %}
),

sharing as (
    {% call rolled_up('asked_groups') %}
        cast(count(distinct counted.household_code) as decimal(24, 6)) as ever_in_group
    {% endcall %}
),

households as (
    -- A household may be in the groups of two cooperatives: it is counted once in every division.
    {% call rolled_up('groups', by=['household_code']) %}
        max(case when counted.is_member then 1 else 0 end) as is_member,
        max(case when counted.is_member then counted.persons_at_allotment else 0 end) as persons
    {% endcall %}
),

heads as (
    select
        map_edition,
        division_level,
        division_code,
        period,
        sum(is_member) as households,
        sum(persons) as persons
    from households
    group by map_edition, division_level, division_code, period
)

{{ indicator_figures('heads', [
    ('equity_households', 'households'),
    ('equity_persons', 'persons'),
]) }}
union all
select
    'pool_per_household' as indicator,
    sharing.map_edition,
    sharing.division_level,
    sharing.division_code,
    sharing.period,
    coalesce(pools.amount, 0) as numerator,
    sharing.ever_in_group as denominator
from sharing
left join pools
    on sharing.map_edition = pools.map_edition
    and sharing.division_level = pools.division_level
    and sharing.division_code = pools.division_code
    and sharing.period = pools.period
