{% set subjects = [
    'persons',
    'households',
    'measures',
    'income',
    'loans',
    'funds',
    'guarantee',
    'villages',
    'lifecycle',
    'applications',
    'equity',
    'equity_groups',
    'village_projects',
    'rows',
    'fostering',
    'needs',
    'insurance',
    'programmes',
    'urban',
    'urban_assistance',
    'poor_classes',
    'causes',
    'income_classes',
    'gains',
    'surveys',
    'living_conditions',
    'cohort',
    'poor_villages',
    'insured',
    'returns',
] %}
{% for subject in subjects %}
    select
        indicator,
        map_edition,
        division_level,
        division_code,
        period,
        numerator,
        denominator
    from {{ ref('int_indicator_' ~ subject) }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
