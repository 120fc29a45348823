{# What a column of several codes, separated by commas, says in words: each cell that differs once (cell), with the names
   of its codes in the order of the list (names). #}
{% macro several_code_names(relation, column, code_list) -%}
select
    told.{{ column }} as cell,
    {{ joined_texts('listed.code_name', 'listed.sort_order', "'、'") }} as names
from (select distinct {{ column }} from {{ relation }}) as told
inner join {{ ref('dim_code') }} as listed
    on ',' || told.{{ column }} || ',' like '%,' || listed.code || ',%'
    and listed.code_list = '{{ code_list }}'
group by told.{{ column }}
{%- endmacro %}
