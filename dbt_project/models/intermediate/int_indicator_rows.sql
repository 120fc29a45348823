{{ config(materialized="view") }}

with submissions as (
    select
        submissions.period,
        submitters.area_code as place_code,
        submissions.rows_read,
        submissions.rows_accepted,
        submissions.rows_held
    from {{ ref('int_submission_known') }} as submissions
    inner join {{ ref('submitter') }} as submitters on submissions.submitter_code = submitters.submitter_code
    -- Who had nothing to report has read nothing: 0 rows.
    where submissions.reading_status in ('read', 'nothing')
),

rolled as (
    select
        places.map,
        places.division_level,
        places.division_code,
        submissions.period,
        sum(submissions.rows_read) as rows_read,
        sum(submissions.rows_accepted) as rows_accepted,
        sum(submissions.rows_held) as rows_held
    from submissions
    inner join {{ ref('int_place_rollup') }} as places on submissions.place_code = places.place_code
    group by places.map, places.division_level, places.division_code, submissions.period
)

{{ indicator_figures('rolled', [
    ('rows_read', 'rows_read'),
    ('rows_accepted', 'rows_accepted'),
    ('rows_held', 'rows_held'),
    ('rows_held_share', 'rows_held', 'rows_read'),
]) }}
