{# The day in Sanming that a moment (UTC) falls into: eight hours before UTC all year round. #}
{% macro sanming_day(moment) -%}
    {{ adapter.dispatch('sanming_day', 'sanming')(moment) }}
{%- endmacro %}

{% macro default__sanming_day(moment) -%}
    {{ exceptions.raise_compiler_error("sanming_day is not written for adapter " ~ adapter.type()) }}
{%- endmacro %}

{% macro duckdb__sanming_day(moment) -%}
    cast({{ moment }} + interval 8 hours as date)
{%- endmacro %}

{% macro spark__sanming_day(moment) -%}
    cast({{ moment }} + interval 8 hours as date)
{%- endmacro %}
