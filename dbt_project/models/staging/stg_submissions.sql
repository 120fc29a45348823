select
    submission_id,
    submitter_code,
    period,
    form,
    mode as return_mode,
    status as reading_status,
    verdict,
    received_at,
    control_rows,
    rows_read,
    rows_accepted,
    rows_held,
    rows_carried,
    persons_held
from {{ source('quality', 'submissions') }}
