-- The result that stands for a county (or the city) and assessed year: a third party's before an inspection's, then
-- the latest. A sample is never added to another sample of the same place.
with ranked as (
    select
        *,
        row_number() over (
            partition by division_code, survey_year
            order by
                surveyor_kind <> 'third_party' asc,
                surveyed_on desc,
                period desc,
                survey_code desc,
                submission_id desc
        ) as survey_rank
    from {{ ref('int_survey') }}
)

select
    division_code,
    survey_year,
    survey_code,
    surveyor_kind,
    surveyed_on,
    surveyed_unregistered_persons,
    missed_persons,
    surveyed_exited_persons,
    wrongly_exited_persons,
    asked_households,
    satisfied_households,
    recognising_households
from ranked
where survey_rank = 1
