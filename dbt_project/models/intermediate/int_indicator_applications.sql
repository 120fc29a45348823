{{ config(materialized="view") }}

{% set stages = ['group_selection', 'village_selection', 'group_notice', 'village_notice', 'township_notice'] %}
-- The outcome is of the day of the last step; where no step has a day, it is known with the row.
with outcomes as (
    select
        village_code,
        submitter_code,
        applied_on,
        rejected_at,
        outcome,
        greatest(
            group_selected_on, village_selected_on, group_notice_to, village_notice_to, township_notice_to
        ) as decided_on
    from {{ ref('int_identification') }}
),

applications_of_year as (
    select
        periods.period,
        coalesce(applications.village_code, applications.submitter_code) as place_code,
        case when {{ counts_by('applications.decided_on', 'periods.last_day') }} then applications.rejected_at end
            as rejected_at,
        case when {{ counts_by('applications.decided_on', 'periods.last_day') }} then applications.outcome end
            as outcome
    from outcomes as applications
    inner join {{ ref('int_period') }} as periods
        on applications.applied_on >= periods.year_first_day
        and applications.applied_on <= periods.last_day
),

-- Half a year's list is nothing of the year.
applications_told as (
    {{ answered_rows('applications_of_year', ['identification'], answer='is_returned') }}
),

applications as (
    select
        places.map_edition,
        places.division_level,
        places.division_code,
        applications.period,
        {% for stage in stages %}
            count(case when applications.rejected_at = '{{ stage }}' then 1 end) as rejected_{{ stage }},
        {% endfor %}
        count(*) as applications,
        count(case when applications.outcome = 'approved' then 1 end) as approved,
        count(case when applications.outcome <> 'pending' then 1 end) as decided
    from applications_told as applications
    inner join {{ ref('int_place_rollup') }} as places on applications.place_code = places.place_code
    group by places.map_edition, places.division_level, places.division_code, applications.period
)

{{ indicator_figures('applications', [
    ('rejected_group_selection', 'rejected_group_selection'),
    ('rejected_village_selection', 'rejected_village_selection'),
    ('rejected_group_notice', 'rejected_group_notice'),
    ('rejected_village_notice', 'rejected_village_notice'),
    ('rejected_township_notice', 'rejected_township_notice'),
    ('applications', 'applications'),
    ('approved_share', 'approved', 'decided'),
]) }}
