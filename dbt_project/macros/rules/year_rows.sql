{# Entries of a list by calendar year: within a year a submitter's last return stands, years add up. #}
{% macro year_rows(form) -%}
{{ last_return_rows(form, 'period', "submitter_code, substr(period, 1, 4)") }}
{%- endmacro %}
