with submissions as (
    select
        period,
        form,
        count(*) as submissions,
        count(case when verdict = 'accepted' then 1 end) as accepted,
        count(case when verdict = 'partly accepted' then 1 end) as partly_accepted,
        count(case when verdict = 'rejected' then 1 end) as rejected,
        count(case when verdict = 'nothing' then 1 end) as nothing_to_report,
        sum(coalesce(rows_read, 0)) as rows_read,
        sum(coalesce(rows_accepted, 0)) as rows_accepted,
        sum(coalesce(rows_held, 0)) as rows_held,
        sum(coalesce(rows_carried_for_held, 0)) as rows_carried
    from {{ ref('int_submission_known') }}
    group by period, form
),

findings as (
    select
        period,
        form,
        count(*) as findings,
        count(case when severity = 'block' then 1 end) as blocking_findings
    from {{ ref('fct_finding') }}
    group by period, form
),

-- A file that could not be placed has neither period nor form: it is counted under a key of its own.
keyed as (
    select
        coalesce(submissions.period, 'unknown') as period,
        coalesce(submissions.form, 'unknown') as form,
        submissions.submissions,
        submissions.accepted,
        submissions.partly_accepted,
        submissions.rejected,
        submissions.nothing_to_report,
        submissions.rows_read,
        submissions.rows_accepted,
        submissions.rows_held,
        submissions.rows_carried,
        0 as findings,
        0 as blocking_findings
    from submissions
    union all
    select
        coalesce(findings.period, 'unknown') as period,
        coalesce(findings.form, 'unknown') as form,
        0 as submissions,
        0 as accepted,
        0 as partly_accepted,
        0 as rejected,
        0 as nothing_to_report,
        0 as rows_read,
        0 as rows_accepted,
        0 as rows_held,
        0 as rows_carried,
        findings.findings,
        findings.blocking_findings
    from findings
)

select
    period,
    form,
    cast(sum(submissions) as bigint) as submissions,
    cast(sum(accepted) as bigint) as accepted,
    cast(sum(partly_accepted) as bigint) as partly_accepted,
    cast(sum(rejected) as bigint) as rejected,
    cast(sum(nothing_to_report) as bigint) as nothing_to_report,
    cast(sum(rows_read) as bigint) as rows_read,
    cast(sum(rows_accepted) as bigint) as rows_accepted,
    cast(sum(rows_held) as bigint) as rows_held,
    cast(sum(rows_carried) as bigint) as rows_carried,
    cast(sum(findings) as bigint) as findings,
    cast(sum(blocking_findings) as bigint) as blocking_findings,
    '{{ var("data_origin") }}' as data_origin
from keyed
group by period, form
