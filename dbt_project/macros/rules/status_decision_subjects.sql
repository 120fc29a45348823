{# Kinds of subjects a county decides on; each has a model int_status_decision_<kind>. #}
{% macro status_decision_subjects() -%}
    {{ return([
        'household',
    ]) }}
{%- endmacro %}
