select
    period,
    household_code,
    place_code,
    substr(place_code, 1, 9) as township_code,
    substr(place_code, 1, 6) as county_code,
    exit_year,
    no_review,
    income_not_above_line,
    guarantee_missing,
    procedure_incomplete,
    exit_in_year_of_entry,
    no_decision,
    income_per_head_yuan,
    line_yuan,
    submission_id,
    sheet,
    row_number
from {{ ref('int_exit_evidence') }}
where
    no_review
    or income_not_above_line
    or guarantee_missing
    or procedure_incomplete
    or exit_in_year_of_entry
    or no_decision
