{# Rows of a table with the name of each code beside it: column and its list of codes → <column>_name, null without a
   code. #}
{% macro with_code_names(relation, lists) -%}
select
    coded.*
    {%- for column in lists %},
    {{ column }}_names.code_name as {{ column }}_name
    {%- endfor %}
from {{ relation }} as coded
{%- for column, code_list in lists.items() %}
left join {{ ref('dim_code') }} as {{ column }}_names
    on coded.{{ column }} = {{ column }}_names.code
    and {{ column }}_names.code_list = '{{ code_list }}'
{%- endfor %}
{%- endmacro %}
