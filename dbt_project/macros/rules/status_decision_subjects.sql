{# Kinds of subjects a county decides on, one per line; each has a model int_status_decision_<kind>. #}
{% macro status_decision_subjects() -%}
    household
    village
{%- endmacro %}
