select
    period,
    form,
    rule_code,
    outcome,
    rows_checked,
    rows_failed,
    detail
from {{ ref('stg_rule_results') }}
