-- The rows that an identity adds up (sign 1) and the one that states their sum (sign -1), with what each should be
-- by itself where something says so, and what is missing: rows of the return before, holders without a due.
with ordered as (
    select
        period,
        lag(period) over (order by period) as period_before
    from {{ ref('int_period') }}
),

cooperatives as (
    select
        now.period,
        now.cooperative_code,
        now.registered_capital_yuan,
        before.registered_capital_yuan as capital_before_yuan,
        now.poverty_fund_yuan,
        before.poverty_fund_yuan as fund_before_yuan,
        now.submission_id,
        now.sheet,
        now.row_number
    from {{ ref('int_cooperative_state') }} as now
    inner join ordered on now.period = ordered.period
    left join {{ ref('int_cooperative_state') }} as before
        on ordered.period_before = before.period
        and now.cooperative_code = before.cooperative_code
        and before.claim_rank = 1
    where now.claim_rank = 1
),

holdings as (
    select
        now.period,
        now.cooperative_code,
        now.holder_code,
        now.holder_kind,
        now.money_source,
        now.amount_yuan,
        before.amount_yuan as amount_before_yuan,
        now.submission_id,
        now.sheet,
        now.row_number,
        true as is_present
    from {{ ref('int_equity_holding_state') }} as now
    inner join ordered on now.period = ordered.period
    left join {{ ref('int_equity_holding_state') }} as before
        on ordered.period_before = before.period
        and now.holder_code = before.holder_code
        and before.claim_rank = 1
    where now.claim_rank = 1
    union all
    select
        ordered.period,
        before.cooperative_code,
        before.holder_code,
        before.holder_kind,
        before.money_source,
        before.amount_yuan,
        before.amount_yuan as amount_before_yuan,
        before.submission_id,
        before.sheet,
        before.row_number,
        false as is_present
    from ordered
    inner join {{ ref('int_equity_holding_state') }} as before
        on ordered.period_before = before.period
        and before.claim_rank = 1
    left join {{ ref('int_equity_holding_state') }} as now
        on ordered.period = now.period
        and before.holder_code = now.holder_code
        and now.claim_rank = 1
    where now.holder_code is null
),

members as (
    select
        now.period,
        now.group_code,
        now.household_code,
        now.amount_yuan,
        now.share_yuan,
        now.submission_id,
        now.sheet,
        now.row_number,
        true as is_present
    from {{ ref('bridge_equity_group') }} as now
    union all
    select
        ordered.period,
        before.group_code,
        before.household_code,
        before.amount_yuan,
        before.share_yuan,
        before.submission_id,
        before.sheet,
        before.row_number,
        false as is_present
    from ordered
    inner join {{ ref('bridge_equity_group') }} as before on ordered.period_before = before.period
    left join {{ ref('bridge_equity_group') }} as now
        on ordered.period = now.period
        and before.group_code = now.group_code
        and before.household_code = now.household_code
    where now.household_code is null
),

distributions as (
    select *
    from {{ ref('fct_distribution') }}
),

entitled as (
    select
        distributions.distribution_code,
        holdings.holder_code,
        distributions.total_yield_yuan
        - distributions.households_part_yuan
        - distributions.village_part_yuan as rest_yuan,
        cast(round(holdings.amount_yuan) as bigint) as equity_yuan
    from distributions
    inner join holdings
        on distributions.period = holdings.period
        and distributions.cooperative_code = holdings.cooperative_code
    where
        holdings.money_source <> 'poverty_fund'
        and holdings.is_present
),

entitlements as (
    {{ split_by_largest_remainder(
        'entitled', ['distribution_code'], 'holder_code', 'rest_yuan', 'equity_yuan'
    ) }}
),

dues as (
    select
        dividends.distribution_code,
        dividends.beneficiary_code,
        dividends.due_yuan,
        case dividends.beneficiary_kind
            when 'pool' then distributions.households_part_yuan
            when 'village' then distributions.village_part_yuan
            else entitlements.share_yuan
        end as own_expected_yuan,
        true as is_present,
        dividends.submission_id,
        dividends.sheet,
        dividends.row_number
    from {{ ref('fct_dividend') }} as dividends
    inner join distributions on dividends.distribution_code = distributions.distribution_code
    left join entitlements
        on dividends.distribution_code = entitlements.distribution_code
        and dividends.beneficiary_code = entitlements.holder_code
    where dividends.beneficiary_kind <> 'household'
    union all
    -- A holder without a due is named by the distribution that owes it.
    select
        entitlements.distribution_code,
        entitlements.holder_code as beneficiary_code,
        entitlements.share_yuan as due_yuan,
        entitlements.share_yuan as own_expected_yuan,
        false as is_present,
        distributions.submission_id,
        distributions.sheet,
        distributions.row_number
    from entitlements
    inner join distributions on entitlements.distribution_code = distributions.distribution_code
    left join {{ ref('fct_dividend') }} as dividends
        on entitlements.distribution_code = dividends.distribution_code
        and entitlements.holder_code = dividends.beneficiary_code
    where dividends.beneficiary_code is null
),

components as (
    select
        period,
        'holdings_to_capital' as identity_kind,
        cooperative_code as subject_code,
        holder_code as component_code,
        'equity_holdings' as form,
        amount_yuan,
        amount_before_yuan as own_expected_yuan,
        is_present,
        submission_id,
        sheet,
        row_number
    from holdings
    union all
    select
        period,
        'fund_holdings_to_fund_money' as identity_kind,
        cooperative_code as subject_code,
        holder_code as component_code,
        'equity_holdings' as form,
        amount_yuan,
        amount_before_yuan as own_expected_yuan,
        is_present,
        submission_id,
        sheet,
        row_number
    from holdings
    where money_source = 'poverty_fund'
    union all
    select
        period,
        'members_to_group' as identity_kind,
        group_code as subject_code,
        household_code as component_code,
        'equity_group_members' as form,
        amount_yuan,
        share_yuan as own_expected_yuan,
        is_present,
        submission_id,
        sheet,
        row_number
    from members
    union all
    select
        period,
        'fund_part_to_capital' as identity_kind,
        distribution_code as subject_code,
        distribution_code as component_code,
        'distributions' as form,
        fund_part_yield_yuan as amount_yuan,
        fund_part_computed_yuan as own_expected_yuan,
        true as is_present,
        submission_id,
        sheet,
        row_number
    from distributions
    union all
    select
        period,
        'households_part_to_agreement' as identity_kind,
        distribution_code as subject_code,
        distribution_code as component_code,
        'distributions' as form,
        households_part_yuan as amount_yuan,
        households_part_computed_yuan as own_expected_yuan,
        true as is_present,
        submission_id,
        sheet,
        row_number
    from distributions
    union all
    select
        distributions.period,
        'dues_to_yield' as identity_kind,
        dues.distribution_code as subject_code,
        dues.beneficiary_code as component_code,
        'dividends' as form,
        dues.due_yuan as amount_yuan,
        dues.own_expected_yuan,
        dues.is_present,
        dues.submission_id,
        dues.sheet,
        dues.row_number
    from dues
    inner join distributions on dues.distribution_code = distributions.distribution_code
    union all
    select
        distributions.period,
        'households_paid_to_pool' as identity_kind,
        dividends.distribution_code as subject_code,
        dividends.beneficiary_code as component_code,
        'dividends' as form,
        dividends.paid_yuan as amount_yuan,
        dividends.due_yuan as own_expected_yuan,
        true as is_present,
        dividends.submission_id,
        dividends.sheet,
        dividends.row_number
    from {{ ref('fct_dividend') }} as dividends
    inner join distributions on dividends.distribution_code = distributions.distribution_code
    where dividends.beneficiary_kind = 'household'
),

totals as (
    select
        period,
        'holdings_to_capital' as identity_kind,
        cooperative_code as subject_code,
        'cooperatives' as form,
        registered_capital_yuan as amount_yuan,
        capital_before_yuan as own_expected_yuan,
        submission_id,
        sheet,
        row_number
    from cooperatives
    union all
    select
        period,
        'fund_holdings_to_fund_money' as identity_kind,
        cooperative_code as subject_code,
        'cooperatives' as form,
        poverty_fund_yuan as amount_yuan,
        fund_before_yuan as own_expected_yuan,
        submission_id,
        sheet,
        row_number
    from cooperatives
    union all
    select
        period,
        'members_to_group' as identity_kind,
        holder_code as subject_code,
        'equity_holdings' as form,
        amount_yuan,
        amount_before_yuan as own_expected_yuan,
        submission_id,
        sheet,
        row_number
    from holdings
    where
        holder_kind = 'household_group'
        and is_present
    union all
    select
        period,
        'dues_to_yield' as identity_kind,
        distribution_code as subject_code,
        'distributions' as form,
        total_yield_yuan as amount_yuan,
        cast(null as decimal(18, 2)) as own_expected_yuan,
        submission_id,
        sheet,
        row_number
    from distributions
    union all
    select
        distributions.period,
        'households_paid_to_pool' as identity_kind,
        dividends.distribution_code as subject_code,
        'dividends' as form,
        dividends.paid_yuan as amount_yuan,
        cast(null as decimal(18, 2)) as own_expected_yuan,
        dividends.submission_id,
        dividends.sheet,
        dividends.row_number
    from {{ ref('fct_dividend') }} as dividends
    inner join distributions on dividends.distribution_code = distributions.distribution_code
    where dividends.beneficiary_kind = 'pool'
),

signed as (
    select
        period,
        identity_kind,
        subject_code,
        component_code,
        form,
        1 as sign,
        amount_yuan,
        own_expected_yuan,
        is_present,
        submission_id,
        sheet,
        row_number
    from components
    union all
    select
        period,
        identity_kind,
        subject_code,
        subject_code as component_code,
        form,
        -1 as sign,
        amount_yuan,
        own_expected_yuan,
        true as is_present,
        submission_id,
        sheet,
        row_number
    from totals
)

select
    period,
    identity_kind,
    subject_code,
    component_code,
    form,
    sign,
    cast(round(amount_yuan * 100) as bigint) as amount_fen,
    cast(round(own_expected_yuan * 100) as bigint) as own_expected_fen,
    is_present,
    submission_id,
    sheet,
    row_number
from signed
where amount_yuan is not null
