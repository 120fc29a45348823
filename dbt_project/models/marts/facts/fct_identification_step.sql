{% for programme in identification_programmes().split() %}
    select
        application_code,
        programme,
        round,
        step,
        level,
        started_on,
        ended_on,
        outcome,
        household_code,
        place_code,
        township_code,
        county_code,
        period,
        submitter_code,
        submission_id,
        sheet,
        row_number,
        received_at
    from {{ ref('int_identification_step_' ~ programme) }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
