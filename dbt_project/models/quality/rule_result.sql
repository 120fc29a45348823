select
    results.period,
    results.form,
    results.rule_code,
    rules.title as rule_title,
    rules.severity,
    results.outcome,
    results.rows_checked,
    results.rows_failed,
    results.detail
from {{ ref('stg_rule_results') }} as results
left join {{ ref('rule') }} as rules on results.rule_code = rules.code
