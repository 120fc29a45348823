{# Whether a row's validity (known_from, known_to; UTC) covers the day as of which we ask. #}
{% macro known_on_day() -%}
    known_from <= cast('{{ var("known_on") }}' as timestamp)
    and (known_to is null or known_to > cast('{{ var("known_on") }}' as timestamp))
{%- endmacro %}
