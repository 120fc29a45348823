{# The forms that have a contract, one row each, with whether the last return stands until the next one, and whether
   each return lists every entry since the beginning. #}
{% macro contract_forms() -%}
{%- set standing = standing_form_names().split(',\n') -%}
{%- set ledgers = ledger_form_names().split(',\n') -%}
{%- for form in form_names().split(',\n') %}
    select
        '{{ form }}' as form,
        {{ form in standing }} as is_of_state,
        {{ form in ledgers }} as is_ledger{% if not loop.last %}
    union all{% endif %}
{%- endfor %}
{%- endmacro %}
