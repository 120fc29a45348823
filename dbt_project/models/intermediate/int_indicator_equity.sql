{{ config(materialized="view") }}

with dividends as (
    -- Cumulative by the entries' own days: what is declared by the end of a period, and paid by then.
    select
        periods.period,
        dividends.village_code as place_code,
        sum(
            case
                when dividends.beneficiary_kind <> 'household' and dividends.declared_on <= periods.last_day
                    then dividends.due_yuan
                else 0
            end
        ) as due_yuan,
        sum(
            case
                when dividends.beneficiary_kind <> 'household' and dividends.paid_on <= periods.last_day
                    then dividends.paid_yuan
                else 0
            end
        ) as paid_yuan,
        sum(
            case
                when dividends.beneficiary_kind = 'pool' and dividends.declared_on <= periods.last_day
                    then dividends.due_yuan
            end
        ) as pool_yuan
    from {{ ref('int_period') }} as periods
    inner join {{ ref('fct_dividend') }} as dividends on periods.last_day >= dividends.declared_on
    group by periods.period, dividends.village_code
),

rolled_cooperatives as (
    {% call rolled_up(ref('fct_cooperative'), place='village_code') %}
        count(*) as cooperatives
    {% endcall %}
),

rolled_holdings as (
    {% call rolled_up(ref('fct_equity_holding'), place='village_code') %}
        sum(case when counted.holder_kind = 'household_group' then counted.amount_yuan else 0 end) as household_yuan,
        sum(case when counted.holder_kind = 'village_collective' then counted.amount_yuan else 0 end) as village_yuan
    {% endcall %}
),

rolled_dividends as (
    {% call rolled_up('dividends') %}
        sum(counted.due_yuan) as due_yuan,
        sum(counted.paid_yuan) as paid_yuan
    {% endcall %}
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

-- The pool is told by another return than the groups: both sides are of the townships that returned both.
asked_groups as (
    {{ answered_rows('groups', ['dividends']) }}
),

asked_dividends as (
    {{ answered_rows('dividends', ['equity_group_members']) }}
),

pools as (
    {% call rolled_up('asked_dividends') %}
        sum(counted.pool_yuan) as pool_yuan
    {% endcall %}
),

sharing as (
    {% call rolled_up('asked_groups') %}
        count(distinct counted.household_code) as ever_in_group
    {% endcall %}
),

-- A household may be in the groups of two cooperatives: it is counted once in every division.
households as (
    {% call rolled_up('groups', by=['household_code']) %}
        max(case when counted.is_member then 1 else 0 end) as is_member,
        max(case when counted.is_member then counted.persons_at_allotment else 0 end) as persons
    {% endcall %}
),

heads as (
    select
        map,
        division_level,
        division_code,
        period,
        sum(is_member) as households,
        sum(persons) as persons
    from households
    group by map, division_level, division_code, period
),

shares as (
    select
        sharing.map,
        sharing.division_level,
        sharing.division_code,
        sharing.period,
        coalesce(pools.pool_yuan, 0) as pool_yuan,
        sharing.ever_in_group
    from sharing
    left join pools
        on sharing.map = pools.map
        and sharing.division_level = pools.division_level
        and sharing.division_code = pools.division_code
        and sharing.period = pools.period
)

{{ indicator_figures('rolled_cooperatives', [
    ('cooperatives', 'cooperatives'),
]) }}
union all
{{ indicator_figures('rolled_holdings', [
    ('poor_household_equity', 'household_yuan'),
    ('village_equity', 'village_yuan'),
]) }}
union all
{{ indicator_figures('rolled_dividends', [
    ('dividends_due', 'due_yuan'),
    ('dividends_paid', 'paid_yuan'),
    ('dividend_paid_rate', 'paid_yuan', 'due_yuan'),
]) }}
union all
{{ indicator_figures('heads', [
    ('equity_households', 'households'),
    ('equity_persons', 'persons'),
]) }}
union all
{{ indicator_figures('shares', [
    ('pool_per_household', 'pool_yuan', 'ever_in_group'),
]) }}
