-- What the submissions say about each fact of the newspaper article: null where nothing was returned.
with facts as (
    select
        facts.fact,
        facts.as_of,
        readings.subject_key
    from {{ ref('article_facts') }} as facts
    inner join {{ ref('article_reading') }} as readings on facts.fact = readings.fact
),

persons_in_poverty as (
    select
        facts.fact,
        case
            when count(persons.person_key) > 0
                then count(distinct case when persons.is_poor then persons.person_key end)
        end as computed
    from facts
    left join {{ ref('fct_person_status') }} as persons on facts.as_of = persons.period
    where facts.fact = 'persons_in_poverty'
    group by facts.fact
),

cause_classes as (
    select
        facts.fact,
        case when count(households.household_code) > 0 then count(distinct causes.class_name) end as computed
    from facts
    left join {{ ref('fct_poverty_status') }} as households on facts.as_of = households.period
    left join {{ ref('dim_cause') }} as causes
        on households.main_cause = causes.cause_code
        and causes.class_kind = case when facts.fact = 'rural_causes' then 'cause' else 'shortage' end
    where facts.fact in ('rural_causes', 'rural_shortages')
    group by facts.fact
),

measure_types as (
    select
        facts.fact,
        case when count(measures.measure_code) > 0 then count(distinct measures.measure_type) end as computed
    from facts
    left join {{ ref('fct_assistance_measure') }} as measures on facts.as_of = measures.period
    where facts.fact = 'rural_measures'
    group by facts.fact
),

funds as (
    select
        facts.fact,
        funds.fund_level,
        funds.place_code,
        row_number() over (
            partition by facts.fact, funds.fund_level
            order by funds.founded_on, funds.fund_code
        ) as seniority
    from facts
    inner join {{ ref('fct_guarantee_fund') }} as funds on facts.as_of = funds.period
    where facts.fact in ('guarantee_funds', 'first_township_fund', 'first_village_fund')
),

fund_places as (
    select
        fact,
        count(distinct place_code) as computed
    from funds
    where fact = 'guarantee_funds'
    group by fact
),

first_funds as (
    select
        fact,
        cast(place_code as bigint) as computed
    from funds
    where
        seniority = 1
        and fund_level = case when fact = 'first_village_fund' then 'village' else 'township' end
        and fact in ('first_township_fund', 'first_village_fund')
),

-- Loans of the product for households registered when they were released; repaid ones included.
guaranteed as (
    select
        balances.period,
        balances.household_code,
        balances.contract_number,
        balances.principal_yuan,
        balances.balance_yuan,
        loans.term_months
    from {{ ref('fct_loan_balance') }} as balances
    inner join {{ ref('fct_guarantee_loan') }} as loans on balances.contract_number = loans.contract_number
    where
        balances.is_guarantee_product
        and balances.household_registered
),

borrowers as (
    select
        period,
        household_code,
        sum(principal_yuan) as principal_yuan,
        sum(balance_yuan) as outstanding_yuan,
        max(term_months) as term_months
    from guaranteed
    group by period, household_code
),

loan_totals as (
    select
        facts.fact,
        case
            when facts.fact = 'guarantee_loans_amount' then cast(sum(borrowers.principal_yuan) as decimal(24, 6))
            when facts.fact = 'guarantee_loans_households' then nullif(count(borrowers.household_code), 0)
            when facts.fact = 'guarantee_amount_per_household'
                then {{ safe_divide('sum(borrowers.principal_yuan)', 'count(borrowers.household_code)') }}
            when facts.fact = 'guarantee_loan_cap' then max(borrowers.outstanding_yuan)
            else max(borrowers.term_months)
        end as computed
    from facts
    left join borrowers on facts.as_of = borrowers.period
    where
        facts.fact in (
            'guarantee_loans_amount',
            'guarantee_loans_households',
            'guarantee_amount_per_household',
            'guarantee_loan_cap',
            'guarantee_term_cap'
        )
    group by facts.fact
),

loan_example as (
    select
        facts.fact,
        case when facts.fact = 'loan_example_xintian' then loans.principal_yuan else loans.planted_area_mu end
            as computed
    from facts
    inner join {{ ref('fct_guarantee_loan') }} as loans on facts.subject_key = loans.contract_number
),

shell_villages as (
    select
        facts.fact,
        count(villages.village_code) as villages,
        count(case when villages.recorded_shell and villages.registered_poor_village then 1 end) as shells,
        count(case when villages.was_baseline_shell then 1 end) as baseline_shells,
        count(case when villages.was_baseline_shell and villages.recorded_shell then 1 end) as remaining_shells
    from facts
    left join {{ ref('fct_village_status') }} as villages on facts.as_of = villages.period
    where facts.fact in ('shell_villages_baseline', 'shell_villages_remaining', 'shell_villages_removed_rate')
    group by facts.fact
),

shell_totals as (
    select
        fact,
        case
            when villages = 0 then null
            when fact = 'shell_villages_baseline' then shells
            when fact = 'shell_villages_remaining' then remaining_shells
            else {{ safe_divide('baseline_shells - remaining_shells', 'baseline_shells') }}
        end as computed
    from shell_villages
),

computed as (
    select
        fact,
        cast(computed as decimal(24, 6)) as computed
    from persons_in_poverty
    union all
    select
        fact,
        cast(computed as decimal(24, 6)) as computed
    from cause_classes
    union all
    select
        fact,
        cast(computed as decimal(24, 6)) as computed
    from measure_types
    union all
    select
        fact,
        cast(computed as decimal(24, 6)) as computed
    from fund_places
    union all
    select
        fact,
        cast(computed as decimal(24, 6)) as computed
    from first_funds
    union all
    select
        fact,
        cast(computed as decimal(24, 6)) as computed
    from loan_totals
    union all
    select
        fact,
        cast(computed as decimal(24, 6)) as computed
    from loan_example
    union all
    select
        fact,
        cast(computed as decimal(24, 6)) as computed
    from shell_totals
)

select
    facts.fact,
    computed.computed
from facts
left join computed on facts.fact = computed.fact
