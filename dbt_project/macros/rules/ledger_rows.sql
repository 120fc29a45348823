{# Entries of a ledger: a form that lists everything since the beginning, so each submitter's last return known
   on the day is the whole. An entry's own date says when it happened; one that is dated after the last period is none
   yet. #}
{% macro ledger_rows(form) -%}
{{ last_return_rows(form, 'period', "submitter_code") }}
{%- endmacro %}
