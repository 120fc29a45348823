-- What must come out, and what the rows say. Ledgers are asked for the period they were last returned for.
with capitals as (
    select
        cooperatives.period,
        cooperatives.cooperative_code,
        cooperatives.registered_capital_yuan,
        cooperatives.poverty_fund_yuan,
        sum(holdings.amount_yuan) as held_yuan,
        sum(case when holdings.money_source = 'poverty_fund' then holdings.amount_yuan else 0 end) as fund_held_yuan
    from {{ ref('int_cooperative_state') }} as cooperatives
    inner join {{ ref('int_equity_holding_state') }} as holdings
        on cooperatives.period = holdings.period
        and cooperatives.cooperative_code = holdings.cooperative_code
        and holdings.claim_rank = 1
    where cooperatives.claim_rank = 1
    group by
        cooperatives.period,
        cooperatives.cooperative_code,
        cooperatives.registered_capital_yuan,
        cooperatives.poverty_fund_yuan
),

rosters as (
    select
        holdings.period,
        holdings.cooperative_code,
        holdings.holder_code,
        holdings.amount_yuan,
        sum(members.amount_yuan) as members_yuan
    from {{ ref('int_equity_holding_state') }} as holdings
    inner join {{ ref('int_equity_member_state') }} as members
        on holdings.period = members.period
        and holdings.holder_code = members.group_code
        and members.claim_rank = 1
    where
        holdings.claim_rank = 1
        and holdings.holder_kind = 'household_group'
    group by holdings.period, holdings.cooperative_code, holdings.holder_code, holdings.amount_yuan
),

payments as (
    select
        distribution_code,
        sum(case when beneficiary_kind <> 'household' then due_yuan end) as due_yuan,
        sum(case when beneficiary_kind = 'pool' then paid_yuan end) as pool_paid_yuan,
        sum(case when beneficiary_kind = 'household' then paid_yuan else 0 end) as households_paid_yuan
    from {{ ref('fct_dividend') }}
    group by distribution_code
),

identities as (
    select
        period,
        'holdings_to_capital' as identity_kind,
        cooperative_code,
        cooperative_code as subject_code,
        registered_capital_yuan as expected_yuan,
        held_yuan as actual_yuan
    from capitals
    union all
    select
        period,
        'fund_holdings_to_fund_money' as identity_kind,
        cooperative_code,
        cooperative_code as subject_code,
        poverty_fund_yuan as expected_yuan,
        fund_held_yuan as actual_yuan
    from capitals
    union all
    select
        period,
        'members_to_group' as identity_kind,
        cooperative_code,
        holder_code as subject_code,
        amount_yuan as expected_yuan,
        members_yuan as actual_yuan
    from rosters
    union all
    select
        period,
        'fund_part_to_capital' as identity_kind,
        cooperative_code,
        distribution_code as subject_code,
        fund_part_computed_yuan as expected_yuan,
        fund_part_yield_yuan as actual_yuan
    from {{ ref('fct_distribution') }}
    union all
    select
        period,
        'households_part_to_agreement' as identity_kind,
        cooperative_code,
        distribution_code as subject_code,
        households_part_computed_yuan as expected_yuan,
        households_part_yuan as actual_yuan
    from {{ ref('fct_distribution') }}
    union all
    select
        distributions.period,
        'dues_to_yield' as identity_kind,
        distributions.cooperative_code,
        distributions.distribution_code as subject_code,
        distributions.total_yield_yuan as expected_yuan,
        payments.due_yuan as actual_yuan
    from {{ ref('fct_distribution') }} as distributions
    inner join payments on distributions.distribution_code = payments.distribution_code
    union all
    select
        distributions.period,
        'households_paid_to_pool' as identity_kind,
        distributions.cooperative_code,
        distributions.distribution_code as subject_code,
        payments.pool_paid_yuan as expected_yuan,
        payments.households_paid_yuan as actual_yuan
    from {{ ref('fct_distribution') }} as distributions
    inner join payments on distributions.distribution_code = payments.distribution_code
)

select
    period,
    identity_kind,
    cooperative_code,
    subject_code,
    cast(expected_yuan as decimal(18, 2)) as expected_yuan,
    cast(actual_yuan as decimal(18, 2)) as actual_yuan
from identities
where
    expected_yuan is not null
    and actual_yuan is not null
