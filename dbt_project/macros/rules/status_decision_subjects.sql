{# Subjects of decisions on status: each has a model int_status_decision_<subject>, one name per line. #}
{% macro status_decision_subjects() -%}
{{ return([
    'village',
]) }}
{%- endmacro %}
