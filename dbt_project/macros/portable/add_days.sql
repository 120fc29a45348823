{# The day so many whole days later. #}
{% macro add_days(day, days) -%}
    {{ adapter.dispatch('add_days', 'sanming')(day, days) }}
{%- endmacro %}

{% macro default__add_days(day, days) -%}
    {{ exceptions.raise_compiler_error("add_days is not written for adapter " ~ adapter.type()) }}
{%- endmacro %}

{% macro duckdb__add_days(day, days) -%}
    cast({{ day }} + cast({{ days }} as int) as date)
{%- endmacro %}

{% macro spark__add_days(day, days) -%}
    date_add({{ day }}, cast({{ days }} as int))
{%- endmacro %}
