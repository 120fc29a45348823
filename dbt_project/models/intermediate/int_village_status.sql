with villages as (
    select
        *,
        operating_income_yuan + contract_income_yuan + investment_income_yuan as own_income_yuan
    from {{ ref('int_village_state') }}
    where claim_rank = 1
),

measured as (
    select
        villages.*,
        periods.is_year_end,
        periods.baseline_period,
        cohorts.baseline_period as cohort_period,
        thresholds.amount_yuan as threshold_yuan,
        thresholds.verified as threshold_verified,
        case
            when thresholds.basis = 'total_income' then villages.total_income_yuan
            else villages.own_income_yuan
        end as measured_yuan
    from villages
    inner join {{ ref('int_period') }} as periods on villages.period = periods.period
    left join {{ ref('cohort') }} as cohorts
        on periods.last_day >= cohorts.valid_from
        and (cohorts.valid_to is null or periods.last_day <= cohorts.valid_to)
        and cohorts.cohort = 'shell_villages'
    left join {{ ref('shell_village_threshold') }} as thresholds
        on periods.last_day >= thresholds.valid_from
        and (thresholds.valid_to is null or periods.last_day <= thresholds.valid_to)
)

select
    measured.period,
    measured.carried_from,
    measured.village_code,
    substr(measured.village_code, 1, 9) as township_code,
    substr(measured.village_code, 1, 6) as county_code,
    measured.submitter_code,
    measured.registered_poor_village,
    measured.recorded_shell as proposed_shell,
    decisions.recorded_shell,
    decisions.shell_decision_number,
    decisions.shell_decided_on,
    decisions.recorded_poor_village,
    -- The threshold is a year's: income that reaches it within the year is enough, income that does
    -- not says nothing before the year ends.
    case
        when measured.carried_from is not null then null
        when measured.measured_yuan >= measured.threshold_yuan then false
        when measured.is_year_end and measured.measured_yuan < measured.threshold_yuan then true
    end as computed_shell,
    measured.own_income_yuan as operating_income_yuan,
    measured.total_income_yuan,
    measured.threshold_yuan,
    measured.threshold_verified,
    measured.baseline_period,
    measured.cohort_period,
    -- The cohort stays the same in later years: a village that became a shell since is none of it.
    case
        when measured.cohort_period is not null
            then coalesce(cohort_decisions.recorded_shell and cohort_villages.registered_poor_village, false)
    end as in_shell_cohort,
    case
        when measured.baseline_period is not null
            then
                coalesce(decisions.recorded_shell, false)
                and not coalesce(baseline_decisions.recorded_shell, false)
    end as is_new_shell,
    measured.is_carried,
    measured.submission_id,
    measured.sheet,
    measured.row_number,
    measured.received_at
from measured
left join {{ ref('int_village_recorded_status') }} as decisions
    on measured.village_code = decisions.village_code
    and measured.period = decisions.period
left join villages as cohort_villages
    on measured.village_code = cohort_villages.village_code
    and measured.cohort_period = cohort_villages.period
left join {{ ref('int_village_recorded_status') }} as cohort_decisions
    on measured.village_code = cohort_decisions.village_code
    and measured.cohort_period = cohort_decisions.period
left join {{ ref('int_village_recorded_status') }} as baseline_decisions
    on measured.village_code = baseline_decisions.village_code
    and measured.baseline_period = baseline_decisions.period
