-- Every row read from a form was either accepted or held.
select
    submission_id,
    form,
    rows_read,
    rows_accepted,
    rows_held
from {{ ref('fct_submission') }}
where
    reading_status = 'read'
    and coalesce(rows_read, 0) <> coalesce(rows_accepted, 0) + coalesce(rows_held, 0)
