-- Members who are in a household at the end of a period and were not before, or the other way round.
with present as (
    select
        period,
        household_code,
        person_code,
        case when {{ has_come('membership_change') }} then 1 else 0 end as is_recorded
    from {{ ref('fct_person_status') }}
),

compared as (
    select
        steps.period,
        present.household_code,
        present.person_code,
        0 as was_here,
        1 as is_here,
        present.is_recorded
    from {{ ref('int_period_step') }} as steps
    inner join present on steps.period = present.period
    union all
    select
        steps.period,
        present.household_code,
        present.person_code,
        1 as was_here,
        0 as is_here,
        0 as is_recorded
    from {{ ref('int_period_step') }} as steps
    inner join present on steps.previous_period = present.period
),

joined as (
    select
        period,
        household_code,
        person_code,
        max(was_here) as was_here,
        max(is_here) as is_here,
        max(is_recorded) as is_recorded
    from compared
    group by period, household_code, person_code
),

-- What the return itself says of a member: also of one who is listed once more because he left.
stated as (
    select
        period,
        household_code,
        person_code,
        max(membership_change) as membership_change
    from {{ ref('int_member_state') }}
    where claim_rank = 1
    group by period, household_code, person_code
)

select
    joined.period,
    joined.household_code,
    joined.person_code,
    case when joined.is_here = 1 then 'came' else 'left' end as movement,
    joined.is_here = 1 and joined.is_recorded = 1 as is_recorded,
    stated.membership_change
from joined
left join stated
    on joined.period = stated.period
    and joined.household_code = stated.household_code
    and joined.person_code = stated.person_code
where joined.was_here <> joined.is_here
