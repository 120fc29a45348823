-- What each office owes and what came of it, with the names of office, form and area.
with returns as (
    {{ with_code_names(ref('fct_obligation'), {
        'submitter_role': 'submitter_role',
        'frequency': 'frequency',
        'state': 'obligation_state',
        'verdict': 'verdict',
    }) }}
),

submitters as (
    {{ with_code_names(ref('dim_submitter'), {'submitter_kind': 'submitter_kind'}) }}
)

select
    returns.period,
    periods.last_day as period_end,
    periods.period_name,
    returns.submitter_code,
    submitters.submitter_name,
    submitters.submitter_kind,
    submitters.submitter_kind_name,
    returns.form,
    forms.form_title,
    forms.table_code,
    returns.area_code,
    places.short_name as area_name,
    returns.township_code,
    places.township_name,
    returns.county_code,
    places.county_name,
    returns.submitter_role,
    returns.submitter_role_name,
    returns.frequency,
    returns.frequency_name,
    returns.is_due,
    returns.deadline_on,
    returns.state,
    returns.state_name,
    returns.is_due and returns.state in ('missing', 'rejected') as is_missing,
    returns.is_late,
    returns.days_late,
    {{ sanming_day('returns.first_received_at') }} as first_received_on,
    {{ sanming_day('returns.last_received_at') }} as last_received_on,
    returns.verdict,
    returns.verdict_name,
    returns.rows_accepted,
    returns.carried_from,
    '{{ var("data_origin") }}' as data_origin
from returns
inner join {{ ref('dim_period') }} as periods on returns.period = periods.period
left join submitters on returns.submitter_code = submitters.submitter_code
left join {{ ref('dim_form') }} as forms on returns.form = forms.form
left join {{ ref('dim_place') }} as places on returns.area_code = places.division_code
