{# Ratio to six decimals, null for a denominator of zero. DuckDB would answer infinity, Spark would stop. #}
{% macro safe_divide(numerator, denominator) -%}
    {{ adapter.dispatch('safe_divide', 'sanming')(numerator, denominator) }}
{%- endmacro %}

{% macro default__safe_divide(numerator, denominator) -%}
    {{ exceptions.raise_compiler_error("safe_divide is not written for adapter " ~ adapter.type()) }}
{%- endmacro %}

{% macro duckdb__safe_divide(numerator, denominator) -%}
    cast(round(cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0), 6) as decimal(24, 6))
{%- endmacro %}

{% macro spark__safe_divide(numerator, denominator) -%}
    cast(round(try_divide(cast({{ numerator }} as double), cast({{ denominator }} as double)), 6) as decimal(24, 6))
{%- endmacro %}
