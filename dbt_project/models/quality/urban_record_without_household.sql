with records as (
    select
        period,
        'urban_members' as form,
        member_code as record_key,
        urban_household_code,
        submitter_code,
        submission_id,
        sheet,
        row_number
    from {{ ref('int_urban_member_state') }}
    union all
    select
        period,
        'urban_assistance' as form,
        measure_code as record_key,
        urban_household_code,
        submitter_code,
        submission_id,
        sheet,
        row_number
    from {{ ref('int_urban_assistance_state') }}
)

select
    records.period,
    records.form,
    records.record_key,
    records.urban_household_code,
    {{ county_of('records.urban_household_code') }} as county_code,
    records.submitter_code,
    records.submission_id,
    records.sheet,
    records.row_number
from records
left join {{ ref('int_urban_household_state') }} as households
    on records.period = households.period
    and records.submitter_code = households.submitter_code
    and records.urban_household_code = households.urban_household_code
where households.urban_household_code is null
