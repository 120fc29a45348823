-- Rows that stand under an open question, once for every finding that asks. A row that was returned anew has
-- left the question behind with its old version; a return that explains itself and asks for the same cell once more
-- answers it, and so does a waiver.
with asked as (
    select
        findings.finding_id,
        findings.rule_code,
        findings.form,
        findings.submission_id,
        findings.submitter_code,
        findings.period,
        findings.sheet,
        findings.row_number,
        findings.column_name,
        submissions.received_at,
        submissions.is_explained
    from {{ ref('stg_findings') }} as findings
    inner join {{ ref('int_submission_known') }} as submissions
        on findings.submission_id = submissions.submission_id
        and findings.form = submissions.form
    where
        findings.severity = 'explain'
        and findings.row_number is not null
        and findings.finding_id not in ({{ listed_texts(var('waived_findings')) }})
),

explained as (
    select distinct again.finding_id
    from asked as again
    inner join asked as before
        on again.rule_code = before.rule_code
        and again.form = before.form
        and again.submitter_code = before.submitter_code
        and again.period = before.period
        and again.sheet = before.sheet
        and again.row_number = before.row_number
        and coalesce(again.column_name, '') = coalesce(before.column_name, '')
        and again.received_at > before.received_at
    where again.is_explained
),

standing as (
    {%- for form in form_names().split(',\n') %}
        select
            '{{ form }}' as form,
            submission_id,
            submitter_code,
            period,
            sheet,
            row_number,
            {{ place_column(form) }} as place_code,
            {{ (counts_from_column(form) | trim) or 'cast(null as date)' }} as counts_from
        from {{ ref('stg_' ~ form) }}
        where {{ known_on_day() }}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select distinct
    standing.period,
    asked.finding_id,
    asked.rule_code,
    asked.form,
    standing.submitter_code,
    standing.place_code,
    asked.submission_id,
    asked.sheet,
    asked.row_number,
    asked.column_name,
    standing.counts_from
from asked
inner join standing
    on asked.form = standing.form
    and asked.submission_id = standing.submission_id
    and asked.sheet = standing.sheet
    and asked.row_number = standing.row_number
left join explained on asked.finding_id = explained.finding_id
where explained.finding_id is null
