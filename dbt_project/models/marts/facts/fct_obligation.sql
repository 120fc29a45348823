select
    period,
    submitter_code,
    form,
    area_code,
    case when length(area_code) >= 9 then substr(area_code, 1, 9) end as township_code,
    {{ county_of('area_code') }} as county_code,
    role as submitter_role,
    frequency,
    is_due,
    deadline_on,
    state,
    first_received_at,
    last_received_at,
    is_late,
    days_late,
    submission_id,
    -- A return is a whole sheet: no row of it is the address of an obligation.
    cast(null as string) as sheet,
    cast(null as bigint) as row_number,
    verdict,
    rows_accepted,
    carried_from
from {{ ref('int_obligation') }}
