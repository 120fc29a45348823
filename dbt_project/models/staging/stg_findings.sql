select
    finding_id,
    submission_id,
    submitter_code,
    period,
    form,
    rule_code,
    severity,
    holds,
    sheet,
    row_number,
    column_name,
    cell,
    is_replaced
from {{ source('quality', 'findings') }}
