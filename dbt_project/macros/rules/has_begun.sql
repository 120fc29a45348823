{# Whether a row of a form counts by a day: its contract names the column that says from which day it does
   (countsFrom). A row without that day, or of a form that names none, counts as soon as it is returned. #}
{% macro has_begun(form, last_day, of='') -%}
{%- set column = counts_from_column(form) | trim -%}
{{ counts_by(of ~ column, last_day) if column else 'true' }}
{%- endmacro %}

{# Whether what is dated `day` counts by `last_day`. #}
{% macro counts_by(day, last_day) -%}
coalesce({{ day }} <= {{ last_day }}, true)
{%- endmacro %}
