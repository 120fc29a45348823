{{ config(materialized="view") }}

-- How many of the registered a line insures. Both sides are of townships that a policy in force is known of: where an
-- insurer was never heard of, nobody is known to be uninsured.
with policies as (
    select
        states.period,
        states.township_code,
        states.insurance_line,
        sum(states.insured_persons) as insured
    from {{ ref('int_policy_state') }} as states
    inner join {{ ref('int_period') }} as periods
        on states.period = periods.period
        and states.started_on <= periods.last_day
        and states.ended_on >= periods.last_day
    where states.claim_rank = 1
    group by states.period, states.township_code, states.insurance_line
),

registers as (
    select
        period,
        township_code,
        count(*) as registered
    from {{ ref('fct_person_status') }}
    where is_counted
    group by period, township_code
),

-- Every line of every township that has any.
lines as (
    select
        known.period,
        known.township_code,
        codes.code as insurance_line
    from (
        select distinct
            period,
            township_code
        from policies
    ) as known
    cross join {{ ref('code_insurance_line') }} as codes
),

rolled as (
    select
        places.map,
        places.division_level,
        places.division_code,
        lines.period,
        lines.insurance_line,
        sum(coalesce(policies.insured, 0)) as insured,
        sum(registers.registered) as registered
    from lines
    inner join registers
        on lines.period = registers.period
        and lines.township_code = registers.township_code
    left join policies
        on lines.period = policies.period
        and lines.township_code = policies.township_code
        and lines.insurance_line = policies.insurance_line
    inner join {{ ref('int_place_rollup') }} as places on lines.township_code = places.place_code
    group by places.map, places.division_level, places.division_code, lines.period, lines.insurance_line
)

{{ indicator_figures('rolled', [
    ('insured_share_', 'insured', 'registered'),
], by='insurance_line') }}
