{# Kinds of income and of transfers that have figures, one per line, each with the column of its amount. #}
{% macro income_kinds() -%}
    wage wage_income_yuan
    business business_income_yuan
    property property_income_yuan
    transfer transfer_income_yuan
    family_planning family_planning_yuan
    dibao dibao_yuan
    wubao wubao_yuan
    pension pension_yuan
    ecological_compensation ecological_compensation_yuan
    other_transfer other_transfer_yuan
{%- endmacro %}
