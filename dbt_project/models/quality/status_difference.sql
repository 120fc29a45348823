select
    period,
    household_code,
    village_code,
    township_code,
    county_code,
    status_proposed,
    status_recorded,
    recorded_decision_number,
    recorded_on,
    submission_id,
    sheet,
    row_number
from {{ ref('fct_poverty_status') }}
where status_recorded <> status_proposed
