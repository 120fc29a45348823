with later_submissions as (
    select submission_id
    from {{ ref('stg_submissions') }}
    where received_at > cast('{{ var("known_on") }}' as timestamp)
)

select
    findings.finding_id,
    findings.submission_id,
    findings.submitter_code,
    {{ county_of('findings.submitter_code') }} as county_code,
    findings.period,
    findings.form,
    findings.rule_code,
    findings.severity,
    findings.holds,
    findings.sheet,
    findings.row_number,
    findings.column_name,
    findings.cell,
    findings.is_replaced
from {{ ref('stg_findings') }} as findings
left join later_submissions on findings.submission_id = later_submissions.submission_id
where later_submissions.submission_id is null
