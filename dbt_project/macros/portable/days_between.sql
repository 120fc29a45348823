{# Whole days from the first day to the last. #}
{% macro days_between(first_day, last_day) -%}
    {{ adapter.dispatch('days_between', 'sanming')(first_day, last_day) }}
{%- endmacro %}

{% macro default__days_between(first_day, last_day) -%}
    {{ exceptions.raise_compiler_error("days_between is not written for adapter " ~ adapter.type()) }}
{%- endmacro %}

{% macro duckdb__days_between(first_day, last_day) -%}
    date_diff('day', {{ first_day }}, {{ last_day }})
{%- endmacro %}

{% macro spark__days_between(first_day, last_day) -%}
    cast(datediff({{ last_day }}, {{ first_day }}) as bigint)
{%- endmacro %}
