select
    submission_id,
    form,
    submitter_code,
    {{ county_of('submitter_code') }} as county_code,
    period,
    return_mode,
    reading_status,
    verdict,
    received_at,
    control_rows,
    rows_read,
    rows_accepted,
    rows_held,
    rows_carried_for_held as rows_carried,
    persons_held
from {{ ref('int_submission_known') }}
