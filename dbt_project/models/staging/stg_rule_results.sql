select
    period,
    form,
    rule_code,
    outcome,
    rows_checked,
    rows_failed,
    detail
from {{ source('quality', 'rule_results') }}
