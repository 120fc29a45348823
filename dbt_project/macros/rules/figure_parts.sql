{# What each row of `relation` adds to the numerator and denominator of indicators: for each (indicator, numerator,
   denominator) one row. A side named none is made by other forms or counts each subject once. With
   `numerator_told=false` the numerator leaves with the row, but others tell it: another row in its place changes the
   denominator alone. With `by`, the value of that column ends the indicator's name. #}
{% macro figure_parts(form, relation, figures, by=none, numerator_told=true) %}
    {% for figure in figures %}
        select
            '{{ form }}' as form,
            '{{ figure[0] }}' {%- if by %} || {{ by }} {%- endif %} as indicator,
            period,
            submission_id,
            sheet,
            row_number,
            row_key,
            place_code,
            cast({{ figure[1] }} as decimal(24, 6)) as numerator,
            cast({{ figure[2] if figure[2] else 'null' }} as decimal(24, 6)) as denominator,
            {{ figure[2] is not none }} as has_denominator,
            {{ numerator_told }} as numerator_told
        from {{ relation }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
{% endmacro %}
