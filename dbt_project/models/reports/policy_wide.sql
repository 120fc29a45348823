-- Policies in force on the last day of a period, so that what one period's rows insure may be added up; the fact has
-- every policy of all years.
with policies as (
    {{ with_code_names(ref('int_policy_in_force'), {'insurance_line': 'insurance_line'}) }}
),

claims as (
    select
        policies.period,
        policies.policy_number,
        count(*) as claim_count,
        cast(
            sum(case when claims.settled_on <= periods.last_day then coalesce(claims.paid_yuan, 0) else 0 end)
            as decimal(18, 2)
        ) as paid_yuan
    from policies
    inner join {{ ref('dim_period') }} as periods on policies.period = periods.period
    inner join {{ ref('fct_insurance_claim') }} as claims
        on policies.policy_number = claims.policy_number
        and periods.last_day >= claims.occurred_on
    group by policies.period, policies.policy_number
)

select
    policies.period,
    periods.last_day as period_end,
    periods.period_name,
    policies.policy_number,
    policies.insurance_line,
    policies.insurance_line_name,
    policies.township_code,
    places.township_name,
    places.county_code,
    places.county_name,
    policies.started_on,
    policies.ended_on,
    policies.insured_households,
    policies.insured_persons,
    policies.sum_insured_yuan,
    policies.premium_yuan,
    policies.household_part_yuan,
    coalesce(claims.claim_count, 0) as claim_count,
    coalesce(claims.paid_yuan, 0) as claims_paid_yuan,
    '{{ var("data_origin") }}' as data_origin
from policies
inner join {{ ref('dim_period') }} as periods on policies.period = periods.period
left join {{ ref('dim_place') }} as places on policies.township_code = places.division_code
left join claims
    on policies.period = claims.period
    and policies.policy_number = claims.policy_number
