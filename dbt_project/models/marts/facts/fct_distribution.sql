with distributions as (
    select
        distributions.*,
        cooperatives.poverty_fund_yuan,
        cooperatives.registered_capital_yuan
    from {{ ref('int_distribution') }} as distributions
    left join {{ ref('int_cooperative_state') }} as cooperatives
        on distributions.period = cooperatives.period
        and distributions.cooperative_code = cooperatives.cooperative_code
        and cooperatives.claim_rank = 1
    where distributions.claim_rank = 1
),

agreed as (
    -- Of two agreements in force the younger one counts.
    select
        distributions.distribution_code,
        agreements.agreement_code,
        agreements.yield_basis,
        agreements.pool_use,
        agreements.households_share_percent,
        row_number() over (
            partition by distributions.distribution_code
            order by agreements.valid_from desc, agreements.agreement_code desc
        ) as precedence
    from distributions
    inner join {{ ref('int_equity_agreement_state') }} as agreements
        on distributions.period = agreements.period
        and distributions.cooperative_code = agreements.cooperative_code
        and distributions.declared_on >= agreements.valid_from
        and (agreements.valid_to is null or distributions.declared_on <= agreements.valid_to)
    where agreements.claim_rank = 1
)

select
    distributions.distribution_code,
    distributions.period,
    distributions.cooperative_code,
    substr(distributions.cooperative_code, 1, 12) as village_code,
    substr(distributions.cooperative_code, 1, 9) as township_code,
    substr(distributions.cooperative_code, 1, 6) as county_code,
    distributions.submitter_code,
    distributions.distribution_year,
    distributions.declared_on,
    agreed.agreement_code,
    agreed.yield_basis,
    agreed.pool_use,
    distributions.total_yield_yuan,
    distributions.fund_part_yield_yuan,
    cast(
        round(
            cast(distributions.total_yield_yuan as double) * cast(distributions.poverty_fund_yuan as double)
            / nullif(cast(distributions.registered_capital_yuan as double), 0),
            2
        ) as decimal(18, 2)
    ) as fund_part_computed_yuan,
    distributions.households_part_yuan,
    cast(
        round(
            cast(
                case
                    when agreed.yield_basis = 'whole_yield' then distributions.total_yield_yuan
                    else distributions.fund_part_yield_yuan
                end as double
            )
            * cast(agreed.households_share_percent as double) / 100,
            2
        ) as decimal(18, 2)
    ) as households_part_computed_yuan,
    distributions.village_part_yuan,
    distributions.is_carried,
    distributions.submission_id,
    distributions.sheet,
    distributions.row_number,
    distributions.received_at
from distributions
left join agreed
    on distributions.distribution_code = agreed.distribution_code
    and agreed.precedence = 1
