{# Programmes whose applications are listed step by step: each has a model int_identification_step_<programme>. #}
{% macro identification_programmes() -%}
{{ return([
    'urban',
]) }}
{%- endmacro %}
