{{ config(materialized="view") }}

-- One application, two selections, three notices (一申请、两比选、三公示): a step is there once it has begun.
{% set steps = [
    ('application', 'household', 'applied_on', 'applied_on', 'application'),
    ('selection', 'group', 'group_selected_on', 'group_selected_on', 'group_selection'),
    ('selection', 'village', 'village_selected_on', 'village_selected_on', 'village_selection'),
    ('notice', 'group', 'group_notice_from', 'group_notice_to', 'group_notice'),
    ('notice', 'village', 'village_notice_from', 'village_notice_to', 'village_notice'),
    ('notice', 'township', 'township_notice_from', 'township_notice_to', 'township_notice'),
] %}
with applications as (
    select
        applications.*,
        {{ last_day_of_period('applications.period') }} as last_day
    from {{ ref('int_identification') }} as applications
)

{% for step, level, started_on, ended_on, stage in steps %}
    select
        application_code,
        'rural' as programme,
        round,
        '{{ step }}' as step,
        '{{ level }}' as level,
        {{ started_on }} as started_on,
        {{ ended_on }} as ended_on,
        case
            when rejected_at = '{{ stage }}' then 'rejected'
            when {{ ended_on }} is null or {{ ended_on }} > last_day then 'pending'
            else 'passed'
        end as outcome,
        household_code,
        coalesce(village_code, submitter_code) as place_code,
        coalesce(substr(village_code, 1, 9), submitter_code) as township_code,
        coalesce(substr(village_code, 1, 6), substr(submitter_code, 1, 6)) as county_code,
        period,
        submitter_code,
        submission_id,
        sheet,
        row_number,
        received_at
    from applications
    where {{ started_on }} is not null
    {% if not loop.last %}union all{% endif %}
{% endfor %}
