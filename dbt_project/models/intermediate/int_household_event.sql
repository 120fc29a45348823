-- What the forms say happened to a household between two periods: splits, mergers, moves, endings, recognitions.
with changes as (
    select
        steps.period,
        changes.household_code,
        changes.other_household_code,
        changes.change_kind,
        coalesce(changes.persons_moved, 0) as persons_moved
    from {{ ref('int_period_step') }} as steps
    inner join {{ ref('int_household_change') }} as changes
        on steps.previous_last_day < changes.changed_on
        and steps.last_day >= changes.changed_on
),

-- event, household it happens to, persons
events as (
    select
        period,
        household_code,
        change_kind as event,
        persons_moved
    from changes
    union all
    select
        period,
        other_household_code as household_code,
        case when change_kind = 'split' then 'split off' else 'joined by' end as event,
        persons_moved
    from changes
    where
        change_kind in ('split', 'merge')
        and other_household_code is not null
    union all
    select
        steps.period,
        applications.household_code,
        'recognised' as event,
        0 as persons_moved
    from {{ ref('int_period_step') }} as steps
    inner join {{ ref('int_identification') }} as applications
        on steps.previous_last_day < applications.township_notice_to
        and steps.last_day >= applications.township_notice_to
    where
        applications.outcome = 'approved'
        and applications.household_code is not null
    union all
    select
        period,
        household_code,
        'taken off' as event,
        0 as persons_moved
    from {{ ref('int_recorded_status') }}
    where recorded_status in ('removed', 'deregistered')
)

select
    period,
    household_code,
    max(case when event = 'split' then 1 else 0 end) as came_by_split,
    max(case when event in ('moved_in', 'recognised') then 1 else 0 end) as was_recognised,
    max(case when event = 'merge' then 1 else 0 end) as left_by_merger,
    max(case when event in ('moved_out', 'ended', 'taken off') then 1 else 0 end) as was_ended,
    cast(sum(case when event = 'split' then persons_moved else 0 end) as bigint) as persons_brought,
    cast(sum(case when event = 'joined by' then persons_moved else 0 end) as bigint) as persons_joined,
    cast(sum(case when event = 'split off' then persons_moved else 0 end) as bigint) as persons_split_off
from events
group by period, household_code
