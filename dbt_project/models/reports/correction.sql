with standing as (
    select
        *,
        -- An id begins with the moment of receipt: the greatest of those before is the last.
        max(case when verdict in ('accepted', 'partly accepted', 'nothing') then submission_id end) over (
            partition by submitter_code, period, form
            order by received_at, submission_id
            rows between unbounded preceding and 1 preceding
        ) as corrected_submission_id
    from {{ ref('int_submission_known') }}
    where form is not null and verdict <> 'duplicate'
)

select
    submission_id,
    form,
    submitter_code,
    {{ county_of('submitter_code') }} as county_code,
    period,
    received_at,
    case
        when return_mode = 'nothing' then 'nothing to report'
        when return_mode = 'full' then 'replacement'
        when rows_withdrawn > 0 and rows_changed = 0 and rows_added = 0 then 'withdrawal'
        else 'correction'
    end as correction_kind,
    corrected_submission_id,
    verdict,
    is_explained,
    rows_read,
    rows_changed,
    rows_added,
    rows_withdrawn,
    rows_held,
    '{{ var("data_origin") }}' as data_origin
from standing
where return_mode = 'correction' or corrected_submission_id is not null
