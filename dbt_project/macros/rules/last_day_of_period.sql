{# Last day of a period written YYYY-MM. #}
{% macro last_day_of_period(period) -%}
    last_day({{ first_day_of_period(period) }})
{%- endmacro %}
