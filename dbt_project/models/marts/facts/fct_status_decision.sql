{% for subject in status_decision_subjects().split() %}
    select
        subject_kind,
        subject_code,
        decision_number,
        decided_on,
        decision_kind,
        deciding_office,
        place_code,
        township_code,
        county_code,
        period,
        submitter_code,
        submission_id,
        sheet,
        row_number,
        received_at
    from {{ ref('int_status_decision_' ~ subject) }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
