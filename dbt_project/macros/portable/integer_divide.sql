{# Whole quotient of two whole numbers, towards zero; null for a divisor of zero. #}
{% macro integer_divide(dividend, divisor) -%}
    {{ adapter.dispatch('integer_divide', 'sanming')(dividend, divisor) }}
{%- endmacro %}

{% macro default__integer_divide(dividend, divisor) -%}
    {{ exceptions.raise_compiler_error("integer_divide is not written for adapter " ~ adapter.type()) }}
{%- endmacro %}

{% macro duckdb__integer_divide(dividend, divisor) -%}
    (({{ dividend }}) // nullif({{ divisor }}, 0))
{%- endmacro %}

{% macro spark__integer_divide(dividend, divisor) -%}
    (({{ dividend }}) div nullif({{ divisor }}, 0))
{%- endmacro %}
