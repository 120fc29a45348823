{% set kinds = ['township', 'county', 'city', 'finance', 'bank', 'insurer'] %}
with kinds as (
    select distinct
        duties.form,
        submitters.kind
    from {{ ref('submitter_form') }} as duties
    inner join {{ ref('submitter') }} as submitters on duties.submitter_code = submitters.submitter_code
),

owed as (
    select
        form,
        concat_ws(
            ',',
            {% for kind in kinds -%}
                max(case when kind = '{{ kind }}' then kind end){{ ',' if not loop.last }}
            {% endfor %}
        ) as submitter_kinds
    from kinds
    group by form
)

select
    forms.code as form,
    forms.name as form_title,
    contracts.table_code,
    forms.sort_order,
    contracts.frequency,
    contracts.months_due,
    contracts.form_span,
    contracts.form_subject,
    owed.submitter_kinds,
    contracts.valid_from
from {{ ref('code_return_form') }} as forms
inner join {{ ref('form_contract') }} as contracts on forms.code = contracts.form
left join owed on forms.code = owed.form
