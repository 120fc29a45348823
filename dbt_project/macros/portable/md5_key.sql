{# Key over several columns; a null counts as a value of its own. #}
{% macro md5_key(columns) -%}
    {{ adapter.dispatch('md5_key', 'sanming')(columns) }}
{%- endmacro %}

{% macro default__md5_key(columns) -%}
    {{ exceptions.raise_compiler_error("md5_key is not written for adapter " ~ adapter.type()) }}
{%- endmacro %}

{% macro duckdb__md5_key(columns) -%}
    md5(concat_ws('|', {% for column in columns %}coalesce(cast({{ column }} as varchar), '-'){{ ', ' if not loop.last }}{% endfor %}))
{%- endmacro %}

{% macro spark__md5_key(columns) -%}
    md5(concat_ws('|', {% for column in columns %}coalesce(cast({{ column }} as string), '-'){{ ', ' if not loop.last }}{% endfor %}))
{%- endmacro %}
