{# Rows of indicators from a relation with one row per map, division and period: for each (indicator, numerator) or
   (indicator, numerator, denominator) one row. With `by`, the value of that column ends the indicator's name. #}
{% macro indicator_figures(relation, figures, by=none) %}
    {% for figure in figures %}
        select
            '{{ figure[0] }}' {%- if by %} || {{ by }} {%- endif %} as indicator,
            map_edition,
            division_level,
            division_code,
            period,
            cast({{ figure[1] }} as decimal(24, 6)) as numerator,
            cast({{ figure[2] if figure | length > 2 else 'null' }} as decimal(24, 6)) as denominator
        from {{ relation }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
{% endmacro %}
