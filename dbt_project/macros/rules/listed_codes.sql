{# The codes of every list that has a seed of its own (of the items of a household's income it has more columns), then
   those that the warehouse itself makes. #}
{% macro listed_codes() -%}
{%- for code_list in code_list_names().split(',\n') %}
    select
        '{{ code_list }}' as code_list,
        code,
        name,
        sort_order,
        verified
    from {{ ref('code_' ~ code_list) }}
    union all
{%- endfor %}
    select
        'household_income_item' as code_list,
        item as code,
        name,
        sort_order,
        verified
    from {{ ref('income_item') }}
    union all
    select
        code_list,
        code,
        name,
        sort_order,
        verified
    from {{ ref('published_code') }}
{%- endmacro %}
