{{ config(materialized="view") }}

with policies as (
    select
        period,
        policy_number,
        submitter_code,
        township_code as place_code,
        premium_yuan,
        household_part_yuan
    from {{ ref('int_policy_in_force') }}
),

paid as (
    select
        policies.period,
        policies.policy_number,
        sum(
            case
                when payments.payer_kind = 'city_finance' and payments.covers_household_part
                    then payments.amount_yuan
            end
        ) as city_yuan
    from policies
    inner join {{ ref('int_period') }} as periods on policies.period = periods.period
    left join {{ ref('fct_premium_payment') }} as payments
        on policies.policy_number = payments.policy_number
        and periods.last_day >= payments.paid_on
    group by policies.period, policies.policy_number
),

claimed as (
    select
        policies.period,
        policies.policy_number,
        sum(claims.paid_yuan) as claims_paid_yuan
    from policies
    inner join {{ ref('int_period') }} as periods on policies.period = periods.period
    left join {{ ref('fct_insurance_claim') }} as claims
        on policies.policy_number = claims.policy_number
        and periods.last_day >= claims.settled_on
    group by policies.period, policies.policy_number
),

-- What the city pays and what is claimed are told by other returns than the policies: each share is of the policies
-- for which they came.
paid_for as (
    {{ answered_rows('policies', ['premium_payments']) }}
),

claimed_on as (
    {{ answered_rows('policies', ['insurance_claims'], by='submitter_code') }}
),

rolled as (
    {% call rolled_up('policies') %}
        count(*) as policies,
        sum(counted.premium_yuan) as premium_yuan
    {% endcall %}
),

rolled_payments as (
    select
        places.map_edition,
        places.division_level,
        places.division_code,
        policies.period,
        sum(policies.household_part_yuan) as household_part_yuan,
        coalesce(sum(paid.city_yuan), 0) as city_yuan
    from paid_for as policies
    inner join paid
        on policies.period = paid.period
        and policies.policy_number = paid.policy_number
    inner join {{ ref('int_place_rollup') }} as places on policies.place_code = places.place_code
    group by places.map_edition, places.division_level, places.division_code, policies.period
),

rolled_claims as (
    select
        places.map_edition,
        places.division_level,
        places.division_code,
        policies.period,
        sum(policies.premium_yuan) as premium_yuan,
        coalesce(sum(claimed.claims_paid_yuan), 0) as claims_paid_yuan
    from claimed_on as policies
    inner join claimed
        on policies.period = claimed.period
        and policies.policy_number = claimed.policy_number
    inner join {{ ref('int_place_rollup') }} as places on policies.place_code = places.place_code
    group by places.map_edition, places.division_level, places.division_code, policies.period
)

{{ indicator_figures('rolled', [
    ('insurance_policies', 'policies'),
    ('insurance_premium', 'premium_yuan'),
]) }}
union all
{{ indicator_figures('rolled_payments', [
    ('insurance_city_share', 'city_yuan', 'household_part_yuan'),
]) }}
union all
{{ indicator_figures('rolled_claims', [
    ('insurance_claims_paid', 'claims_paid_yuan'),
    ('insurance_claim_ratio', 'claims_paid_yuan', 'premium_yuan'),
]) }}
