{{ config(materialized="view") }}

{% for model in ['int_indicator_value', 'int_indicator_controls', 'int_figure_unmade'] %}
    select
        indicator,
        map_edition,
        division_level,
        division_code,
        period,
        numerator,
        denominator
    from {{ ref(model) }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
