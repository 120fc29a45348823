-- What is left of the yield after the households' and the village's part goes to the other holders by their equity.
with entitled as (
    select
        distributions.distribution_code,
        holdings.holder_code,
        distributions.total_yield_yuan
        - distributions.households_part_yuan
        - distributions.village_part_yuan as rest_yuan,
        cast(round(holdings.amount_yuan) as bigint) as equity_yuan
    from {{ ref('fct_distribution') }} as distributions
    inner join {{ ref('int_equity_holding_change') }} as holdings
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
)

select
    distributions.period,
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
inner join {{ ref('fct_distribution') }} as distributions
    on dividends.distribution_code = distributions.distribution_code
left join entitlements
    on dividends.distribution_code = entitlements.distribution_code
    and dividends.beneficiary_code = entitlements.holder_code
where dividends.beneficiary_kind <> 'household'
union all
-- A holder without a due is named by the distribution that owes it.
select
    distributions.period,
    entitlements.distribution_code,
    entitlements.holder_code as beneficiary_code,
    entitlements.share_yuan as due_yuan,
    entitlements.share_yuan as own_expected_yuan,
    false as is_present,
    distributions.submission_id,
    distributions.sheet,
    distributions.row_number
from entitlements
inner join {{ ref('fct_distribution') }} as distributions
    on entitlements.distribution_code = distributions.distribution_code
left join {{ ref('fct_dividend') }} as dividends
    on entitlements.distribution_code = dividends.distribution_code
    and entitlements.holder_code = dividends.beneficiary_code
where dividends.beneficiary_code is null
