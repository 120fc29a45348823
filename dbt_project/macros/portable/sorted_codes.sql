{# The distinct codes of a group, sorted and joined by commas. #}
{% macro sorted_codes(code) -%}
    {{ adapter.dispatch('sorted_codes', 'sanming')(code) }}
{%- endmacro %}

{% macro default__sorted_codes(code) -%}
    {{ exceptions.raise_compiler_error("sorted_codes is not written for adapter " ~ adapter.type()) }}
{%- endmacro %}

{% macro duckdb__sorted_codes(code) -%}
    string_agg(distinct {{ code }}, ',' order by {{ code }})
{%- endmacro %}

{% macro spark__sorted_codes(code) -%}
    array_join(array_sort(collect_set({{ code }})), ',')
{%- endmacro %}
