{# Whether a list of codes joined by commas holds the code. #}
{% macro holds_code(codes, code) -%}
    ',' || {{ codes }} || ',' like '%,' || {{ code }} || ',%'
{%- endmacro %}
