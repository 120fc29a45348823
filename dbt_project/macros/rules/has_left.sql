{# Whether a member's recorded change says that the person is no longer in the household. #}
{% macro has_left(membership_change) -%}
    coalesce({{ membership_change }}, '') in ('died', 'married_out', 'moved_out')
{%- endmacro %}
