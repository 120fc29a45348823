select
    code as rule_code,
    title as rule_title,
    form,
    severity,
    holds,
    dimension,
    source,
    valid_from,
    valid_to
from {{ ref('rule') }}
