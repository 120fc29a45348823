{# What each row of `relation` adds to the numerator and denominator of indicators, where something is asked about them
   (`asked`): for each (indicator, numerator, denominator) one row; none where both are null. A side named none is made
   by other forms or counts each subject once. With `numerator_told=false` the numerator leaves with the row, but others
   tell it: another row in its place changes the denominator alone. With `by`, the value of that column ends the
   indicator's name. #}
{% macro figure_parts(form, relation, figures, by=none, numerator_told=true) %}
    {% for figure in figures %}
        select
            '{{ form }}' as form,
            asked.indicator,
            parts.period,
            parts.submission_id,
            parts.sheet,
            parts.row_number,
            parts.row_key,
            parts.place_code,
            {%- for side, amount in [('numerator', figure[1]), ('denominator', figure[2])] %}
                cast({{ 'coalesce(parts.' ~ amount ~ ', 0)' if amount else 'null' }} as decimal(24, 6)) as {{ side }},
            {%- endfor %}
            {{ numerator_told }} as numerator_told
        from {{ relation }} as parts
        inner join asked
            on asked.period = parts.period
            and asked.form = '{{ form }}'
            and asked.indicator = '{{ figure[0] }}' {%- if by %} || parts.{{ by }} {%- endif %}
            and (asked.peer_county_code is null or asked.peer_county_code = substr(parts.place_code, 1, 6))
        where
            {% for amount in figure[1:] if amount -%}
                parts.{{ amount }} is not null {%- if not loop.last %} or {% endif %}
            {%- endfor %}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
{% endmacro %}
