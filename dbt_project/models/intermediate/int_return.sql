-- A form came if a row of it stands. "Nothing to report" is a return: it empties what was carried until then.
select distinct
    form,
    submitter_code,
    period
from {{ ref('int_submission_known') }}
where
    form is not null
    and (verdict = 'nothing' or rows_standing > 0)
