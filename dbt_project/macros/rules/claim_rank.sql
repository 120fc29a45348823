{# Rank of a submitter's claim to a key: a row that was accepted comes before one that stands for a held one, then the
   township whose code the key begins with.
   Both claims stand where several submitters report one key; facts carry the first. #}
{% macro claim_rank(key, home) -%}
    row_number() over (
        partition by period, {{ key }}
        order by
            case when is_carried then 1 else 0 end,
            substr({{ home }}, 1, 9) <> submitter_code,
            submitter_code
    )
{%- endmacro %}
