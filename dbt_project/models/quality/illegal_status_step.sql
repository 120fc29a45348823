select
    household_code,
    {{ county_of('household_code') }} as county_code,
    decision_number,
    decided_on,
    decision_kind,
    status_before,
    status_after,
    transition_verified,
    township_code,
    submitter_code,
    period,
    submission_id,
    sheet,
    row_number
from {{ ref('int_household_decision') }}
where not transition_allowed
