{# Staging of a form: the columns of its accepted rows, selected and renamed, nothing else. #}
{% macro staged(form) -%}
select
{{ staged_columns(form) }}
from {{ source('accepted', form) }}
{%- endmacro %}
