{# The texts of a group in one, in an order and with a sign between them. #}
{% macro joined_texts(texts, order, sign) -%}
    {{ adapter.dispatch('joined_texts', 'sanming')(texts, order, sign) }}
{%- endmacro %}

{% macro default__joined_texts(texts, order, sign) -%}
    {{ exceptions.raise_compiler_error("joined_texts is not written for adapter " ~ adapter.type()) }}
{%- endmacro %}

{% macro duckdb__joined_texts(texts, order, sign) -%}
    string_agg({{ texts }}, {{ sign }} order by {{ order }})
{%- endmacro %}

{% macro spark__joined_texts(texts, order, sign) -%}
    concat_ws(
        {{ sign }},
        transform(array_sort(collect_list(named_struct('place', {{ order }}, 'text', {{ texts }}))), one -> one.text)
    )
{%- endmacro %}
