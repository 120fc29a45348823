-- Rows that an identity adds up, the one that states their sum, and what is missing: rows of before, dues of holders.
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

dividends as (
    select
        distributions.period,
        dividends.distribution_code,
        dividends.beneficiary_code,
        dividends.beneficiary_kind,
        dividends.due_yuan,
        dividends.paid_yuan,
        dividends.submission_id,
        dividends.sheet,
        dividends.row_number
    from {{ ref('fct_dividend') }} as dividends
    inner join {{ ref('fct_distribution') }} as distributions
        on dividends.distribution_code = distributions.distribution_code
),

signed as (
    {{ identity_rows(
        'holdings_to_capital', ref('int_equity_holding_change'), 'equity_holdings', 'cooperative_code',
        'amount_yuan', 'amount_before_yuan', part='holder_code', is_present='is_present'
    ) }}
    union all
    {{ identity_rows(
        'fund_holdings_to_fund_money', ref('int_equity_holding_change'), 'equity_holdings', 'cooperative_code',
        'amount_yuan', 'amount_before_yuan', part='holder_code', is_present='is_present',
        where="money_source = 'poverty_fund'"
    ) }}
    {% for identity, stated, before in [
        ('holdings_to_capital', 'registered_capital_yuan', 'capital_before_yuan'),
        ('fund_holdings_to_fund_money', 'poverty_fund_yuan', 'fund_before_yuan'),
    ] %}
        union all
        {{ identity_rows(identity, 'cooperatives', 'cooperatives', 'cooperative_code', stated, before) }}
    {% endfor %}
    union all
    {{ identity_rows(
        'members_to_group', 'members', 'equity_group_members', 'group_code',
        'amount_yuan', 'share_yuan', part='household_code', is_present='is_present'
    ) }}
    union all
    {{ identity_rows(
        'members_to_group', ref('int_equity_holding_change'), 'equity_holdings', 'holder_code',
        'amount_yuan', 'amount_before_yuan', where="holder_kind = 'household_group' and is_present"
    ) }}
    union all
    {{ identity_rows(
        'fund_part_to_capital', ref('fct_distribution'), 'distributions', 'distribution_code',
        'fund_part_yield_yuan', 'fund_part_computed_yuan', part='distribution_code'
    ) }}
    union all
    {{ identity_rows(
        'households_part_to_agreement', ref('fct_distribution'), 'distributions', 'distribution_code',
        'households_part_yuan', 'households_part_computed_yuan', part='distribution_code'
    ) }}
    union all
    {{ identity_rows(
        'dues_to_yield', ref('int_dividend_due'), 'dividends', 'distribution_code',
        'due_yuan', 'own_expected_yuan', part='beneficiary_code', is_present='is_present'
    ) }}
    union all
    {{ identity_rows(
        'dues_to_yield', ref('fct_distribution'), 'distributions', 'distribution_code', 'total_yield_yuan', 'null'
    ) }}
    union all
    {{ identity_rows(
        'households_paid_to_pool', 'dividends', 'dividends', 'distribution_code',
        'paid_yuan', 'due_yuan', part='beneficiary_code', where="beneficiary_kind = 'household'"
    ) }}
    union all
    {{ identity_rows(
        'households_paid_to_pool', 'dividends', 'dividends', 'distribution_code',
        'paid_yuan', 'null', where="beneficiary_kind = 'pool'"
    ) }}
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
