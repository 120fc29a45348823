{# The rows of `relation` as parts of an identity: what is added up has sign 1, the sum that is stated has -1 and no part
   but its subject. Each row has its amount and what that should be by itself, both in yuan and null where nobody says;
   `is_present` is false of a row that is missing from the return. #}
{% macro identity_rows(
    identity, relation, form, subject, amount, expected, part=none, is_present='true', where=none
) %}
    select
        period,
        '{{ identity }}' as identity_kind,
        {{ subject }} as subject_code,
        {{ part or subject }} as component_code,
        '{{ form }}' as form,
        {{ 1 if part else -1 }} as sign,
        {{ amount }} as amount_yuan,
        {{ expected }} as own_expected_yuan,
        {{ is_present }} as is_present,
        submission_id,
        sheet,
        row_number
    from {{ relation }}
    {%- if where %}
    where {{ where }}
    {%- endif %}
{% endmacro %}
