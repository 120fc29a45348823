{{ config(materialized="view") }}

-- What a sample says of those it was drawn from: its rates, applied to all who are not registered and to all who are
-- out of poverty. Nothing can be missed where everybody is registered, nor wrongly exit where nobody did.
select
    periods.period,
    surveys.division_code,
    surveys.surveyed_unregistered_persons as unregistered,
    surveys.missed_persons as missed,
    surveys.surveyed_exited_persons as exited,
    surveys.wrongly_exited_persons as wrongly_exited,
    surveys.asked_households as asked,
    surveys.satisfied_households as satisfied,
    surveys.recognising_households as recognising,
    case
        when residents.unregistered = 0 then 0
        else {{ safe_divide(
            'surveys.missed_persons * residents.unregistered',
            'surveys.surveyed_unregistered_persons'
        ) }}
    end
    + case
        when residents.exited = 0 then 0
        else {{ safe_divide(
            'surveys.wrongly_exited_persons * residents.exited',
            'surveys.surveyed_exited_persons'
        ) }}
    end as uncounted_poor
from {{ ref('int_survey_result') }} as surveys
-- A survey of December says nothing yet at the half-year.
inner join {{ ref('int_period') }} as periods
    on surveys.survey_year = periods.calendar_year
    and surveys.surveyed_on <= periods.last_day
left join {{ ref('int_survey_population') }} as residents
    on surveys.division_code = residents.division_code
    and periods.period = residents.period
    and residents.map_edition = '2017'
