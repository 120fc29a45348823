with poor_households as (
    select
        households.period,
        households.household_code,
        households.main_cause,
        coalesce(households.village_code, households.submitter_code) as place_code,
        periods.first_day,
        periods.last_day
    from {{ ref('int_household_state') }} as households
    inner join {{ ref('int_period') }} as periods on households.period = periods.period
    where
        households.claim_rank = 1
        and {{ is_poor('households.poverty_status') }}
),

answers as (
    select
        needs.period,
        needs.household_code,
        count(measures.measure_code) as measures,
        count(case when answering.measure_type is not null then measures.measure_code end) as answering_measures
    from poor_households as needs
    left join {{ ref('fct_assistance_measure') }} as measures
        on needs.period = measures.period
        and needs.household_code = measures.household_code
    left join {{ ref('cause_measure') }} as answering
        on needs.main_cause = answering.cause_code
        and measures.measure_type = answering.measure_type
        and needs.last_day >= answering.valid_from
        and (answering.valid_to is null or needs.first_day <= answering.valid_to)
    group by needs.period, needs.household_code
)

select
    needs.period,
    needs.household_code,
    needs.main_cause,
    needs.place_code,
    answers.measures,
    answers.answering_measures
from poor_households as needs
inner join answers
    on needs.period = answers.period
    and needs.household_code = answers.household_code
