{# Programmes that recognise households by steps; each has a model int_identification_step_<programme>. #}
{% macro identification_programmes() -%}
    {{ return([
        'rural',
    ]) }}
{%- endmacro %}
