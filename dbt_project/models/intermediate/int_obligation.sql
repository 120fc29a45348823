-- What every submitter owes for every period, and what came of it. Nothing is assumed of what did not come.
with came as (
    -- A duplicate brings nothing new; a rejected reading is no return, but it was received.
    select
        period,
        submitter_code,
        form,
        min(case when verdict <> 'rejected' then received_at end) as first_received_at,
        max(case when verdict <> 'rejected' then received_at end) as last_received_at,
        max(case when verdict = 'rejected' then 1 end) as has_rejected
    from {{ ref('int_submission_known') }}
    where
        form is not null
        and reading_status in ('read', 'nothing')
    group by period, submitter_code, form
),

judged as (
    select
        *,
        row_number() over (
            partition by period, submitter_code, form
            order by case when verdict = 'rejected' then 1 else 0 end, received_at desc, submission_id desc
        ) as recency
    from {{ ref('int_submission_known') }}
    where
        form is not null
        and reading_status in ('read', 'nothing')
),

held as (
    select
        period,
        submitter_code,
        form,
        rows_held_new,
        persons_held_new,
        rows_carried_for_held,
        persons_carried_for_held
    from {{ ref('int_submission_known') }}
    where is_last_reading
),

followed as (
    select
        owed.period,
        owed.submitter_code,
        owed.form,
        owed.area_code,
        owed.role,
        owed.frequency,
        owed.is_due,
        owed.is_waived,
        owed.deadline_on,
        returns.form is not null as is_returned,
        carried.form is not null as was_returned,
        returns.form is not null or (carried.form is not null and owed.is_of_state) as is_standing,
        carried.source_period,
        came.first_received_at,
        {{ sanming_day('came.first_received_at') }} as received_on,
        came.last_received_at,
        coalesce(came.has_rejected, 0) = 1 as has_rejected,
        judged.submission_id,
        judged.verdict,
        judged.rows_accepted,
        held.rows_held_new,
        held.persons_held_new,
        held.rows_carried_for_held,
        held.persons_carried_for_held
    from {{ ref('int_owed_return') }} as owed
    left join {{ ref('int_return') }} as returns
        on owed.period = returns.period
        and owed.submitter_code = returns.submitter_code
        and owed.form = returns.form
    left join {{ ref('int_carried_return') }} as carried
        on owed.period = carried.period
        and owed.submitter_code = carried.submitter_code
        and owed.form = carried.form
    left join came
        on owed.period = came.period
        and owed.submitter_code = came.submitter_code
        and owed.form = came.form
    left join judged
        on owed.period = judged.period
        and owed.submitter_code = judged.submitter_code
        and owed.form = judged.form
        and judged.recency = 1
    left join held
        on owed.period = held.period
        and owed.submitter_code = held.submitter_code
        and owed.form = held.form
)

select
    period,
    submitter_code,
    form,
    area_code,
    role,
    frequency,
    is_due,
    deadline_on,
    case
        when is_returned and verdict = 'nothing' then 'nothing'
        when is_returned then 'received'
        when is_waived then 'waived'
        when not is_due then 'not due'
        when has_rejected then 'rejected'
        else 'missing'
    end as state,
    first_received_at,
    last_received_at,
    case
        when not is_due then false
        when is_returned
            then coalesce(received_on > deadline_on, false)
        else {{ sanming_day("cast('" ~ var("known_on") ~ "' as timestamp)") }} > deadline_on
    end as is_late,
    case
        when is_due and is_returned and received_on > deadline_on
            then cast({{ days_between('deadline_on', 'received_on') }} as bigint)
    end as days_late,
    submission_id,
    verdict,
    cast(rows_accepted as bigint) as rows_accepted,
    case when source_period <> period then source_period end as carried_from,
    -- Whether anything stands for the form: of a state the last return does, of a span only that of the period.
    is_standing,
    is_returned,
    was_returned,
    -- A held row whose key was accepted before is not missing: what was accepted stands, and may have changed.
    cast(coalesce(rows_held_new, 0) as bigint) as rows_held,
    cast(coalesce(persons_held_new, 0) as bigint) as persons_held,
    cast(coalesce(rows_carried_for_held, 0) as bigint) as rows_carried_for_held,
    cast(coalesce(persons_carried_for_held, 0) as bigint) as persons_carried_for_held
from followed
