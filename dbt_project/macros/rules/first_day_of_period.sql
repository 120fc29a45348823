{# First day of a period written YYYY-MM. #}
{% macro first_day_of_period(period) -%}
    make_date(cast(substr({{ period }}, 1, 4) as int), cast(substr({{ period }}, 6, 2) as int), 1)
{%- endmacro %}
