{# Quotient in full precision, null for a denominator of zero. DuckDB would answer infinity, Spark would stop. #}
{% macro divide(numerator, denominator) -%}
    {{ adapter.dispatch('divide', 'sanming')(numerator, denominator) }}
{%- endmacro %}

{% macro default__divide(numerator, denominator) -%}
    {{ exceptions.raise_compiler_error("divide is not written for adapter " ~ adapter.type()) }}
{%- endmacro %}

{% macro duckdb__divide(numerator, denominator) -%}
    (cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0))
{%- endmacro %}

{% macro spark__divide(numerator, denominator) -%}
    try_divide(cast({{ numerator }} as double), cast({{ denominator }} as double))
{%- endmacro %}
