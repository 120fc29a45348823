{# Poor: not yet out of poverty (0), candidate for exit (2), fallen back (3). The only definition. #}
{% macro is_poor(status) -%}
    {{ status }} in ('0', '2', '3')
{%- endmacro %}
