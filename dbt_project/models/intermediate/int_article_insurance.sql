{{ config(materialized="view") }}

with facts as (
    {{ facts_of_article() }}
),

lines as (
    select
        facts.fact,
        count(distinct policies.insurance_line) as computed
    from facts
    left join {{ ref('int_policy_in_force') }} as policies on facts.as_of = policies.period
    where facts.fact = 'insurance_lines'
    group by facts.fact
),

parts as (
    select
        facts.fact,
        facts.last_day,
        policies.policy_number,
        policies.household_part_yuan
    from facts
    inner join {{ ref('int_policy_in_force') }} as policies on facts.as_of = policies.period
    where facts.fact = 'insurance_city_share'
),

paid as (
    select
        parts.fact,
        parts.policy_number,
        parts.household_part_yuan,
        sum(
            case
                when payments.payer_kind = 'city_finance' and payments.covers_household_part
                    then payments.amount_yuan
            end
        ) as city_yuan
    from parts
    left join {{ ref('fct_premium_payment') }} as payments
        on parts.policy_number = payments.policy_number
        and parts.last_day >= payments.paid_on
    group by parts.fact, parts.policy_number, parts.household_part_yuan
),

shares as (
    select
        fact,
        {{ safe_divide('coalesce(sum(city_yuan), 0)', 'sum(household_part_yuan)') }} as computed
    from paid
    group by fact
)

select
    fact,
    cast(nullif(computed, 0) as decimal(24, 6)) as computed
from lines
union all
select
    fact,
    cast(computed as decimal(24, 6)) as computed
from shares
