{{ config(materialized="view") }}

-- Of what was sent twice only what is in force: else sending again would pass for more rows.
with submissions as (
    select
        submissions.period,
        submitters.area_code as place_code,
        submissions.rows_in_force,
        submissions.rows_held_in_force
    from {{ ref('int_submission_known') }} as submissions
    inner join {{ ref('submitter') }} as submitters on submissions.submitter_code = submitters.submitter_code
    -- Who had nothing to report has read nothing, and who was refused has nothing in force: 0 rows.
    where submissions.reading_status in ('read', 'nothing')
),

rolled as (
    {% call rolled_up('submissions') %}
        sum(counted.rows_in_force) as rows_read,
        sum(counted.rows_in_force - counted.rows_held_in_force) as rows_accepted,
        sum(counted.rows_held_in_force) as rows_held
    {% endcall %}
)

{{ indicator_figures('rolled', [
    ('rows_read', 'rows_read'),
    ('rows_accepted', 'rows_accepted'),
    ('rows_held', 'rows_held'),
    ('rows_held_share', 'rows_held', 'rows_read'),
]) }}
