{{ config(materialized="view") }}

-- A return is owed in the periods of its frequency, as long as the duty is valid; a waiver says why it is not due.
with forms as (
    {{ contract_forms() }}
),

owed as (
    select
        periods.period,
        periods.first_day,
        periods.last_day,
        duties.submitter_code,
        duties.form,
        duties.area_code,
        duties.role,
        duties.frequency,
        forms.is_of_state,
        case
            when duties.frequency = 'month' then true
            when duties.frequency = 'quarter' then periods.calendar_month in (3, 6, 9, 12)
            when duties.frequency = 'half-year' then periods.calendar_month in (6, 12)
            else periods.calendar_month = 12
        end as is_regular
    from {{ ref('int_period') }} as periods
    inner join {{ ref('submitter_form') }} as duties
        on periods.last_day >= duties.valid_from
        and (duties.valid_to is null or periods.first_day <= duties.valid_to)
    inner join forms on duties.form = forms.form
),

waived as (
    select distinct
        owed.period,
        owed.submitter_code,
        owed.form
    from owed
    inner join {{ ref('return_waiver') }} as waivers
        on owed.submitter_code = waivers.submitter_code
        and (waivers.form is null or owed.form = waivers.form)
        and owed.period >= waivers.first_period
        and (waivers.last_period is null or owed.period <= waivers.last_period)
)

select
    owed.period,
    owed.submitter_code,
    owed.form,
    owed.area_code,
    owed.role,
    owed.frequency,
    owed.is_of_state,
    owed.is_regular and waived.form is null as is_due,
    waived.form is not null as is_waived,
    {{ add_days('owed.last_day', 'deadlines.days_after') }} as deadline_on
from owed
left join {{ ref('return_deadline') }} as deadlines
    on owed.frequency = deadlines.frequency
    and owed.last_day >= deadlines.valid_from
    and (deadlines.valid_to is null or owed.last_day <= deadlines.valid_to)
left join waived
    on owed.period = waived.period
    and owed.submitter_code = waived.submitter_code
    and owed.form = waived.form
