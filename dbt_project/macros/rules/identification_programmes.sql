{# Programmes that recognise households by steps, one per line; each has a model int_identification_step_<programme>. #}
{% macro identification_programmes() -%}
    rural
    urban
{%- endmacro %}
