{# Whether a member's recorded change says that the person came into the household. #}
{% macro has_come(membership_change) -%}
    coalesce({{ membership_change }}, '') in ('born', 'married_in', 'moved_in')
{%- endmacro %}
