{{ config(materialized="view") }}

with facts as (
    {{ facts_of_article() }}
),

totals as (
    select
        period,
        count(distinct enterprise_code) as enterprises,
        count(distinct household_code) as households,
        -- Animals alone have no area, which is none and not unknown.
        coalesce(sum(area_mu), 0) as area_mu,
        sum(realised_gain_yuan) as realised_yuan
    from {{ ref('fct_base_fostering') }}
    group by period
)

select
    facts.fact,
    case
        when facts.fact = 'base_fostering_enterprises' then cast(totals.enterprises as decimal(24, 6))
        when facts.fact = 'base_fostering_households' then cast(totals.households as decimal(24, 6))
        when facts.fact = 'base_fostering_area' then cast(totals.area_mu as decimal(24, 6))
        when facts.fact = 'base_fostering_income' then cast(totals.realised_yuan as decimal(24, 6))
        else {{ safe_divide('totals.realised_yuan', 'totals.households') }}
    end as computed
from facts
left join totals on facts.as_of = totals.period
where
    facts.fact in (
        'base_fostering_enterprises',
        'base_fostering_households',
        'base_fostering_area',
        'base_fostering_income',
        'base_fostering_income_per_household'
    )
