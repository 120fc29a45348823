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
    select
        places.map,
        places.division_level,
        places.division_code,
        submissions.period,
        sum(submissions.rows_in_force) as rows_read,
        sum(submissions.rows_in_force - submissions.rows_held_in_force) as rows_accepted,
        sum(submissions.rows_held_in_force) as rows_held
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
