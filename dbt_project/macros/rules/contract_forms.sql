{# The forms that have a contract, one row each. #}
{% macro contract_forms() -%}
{%- for form in form_names().split(',\n') %}
    select '{{ form }}' as form{% if not loop.last %}
    union all{% endif %}
{%- endfor %}
{%- endmacro %}
