-- A township answers an indicator when something stands for each form that it rests on: what happened within a time is
-- told by the return of that time, what is by what stands. A division does when any of its townships does. Where none
-- does and a form was due, the figure is not returned; where none was, it is not due.
with needed as (
    select
        indicator,
        count(*) as forms
    from {{ ref('int_figure_form') }}
    group by indicator
),

told as (
    select
        standing.period,
        needs.indicator,
        standing.township_code,
        standing.is_due,
        case
            when needs.is_of_span then standing.is_returned
            when needs.is_of_last_return then standing.was_returned
            else standing.is_standing
        end as is_told
    from {{ ref('int_figure_form') }} as needs
    inner join {{ ref('int_standing_township') }} as standing on needs.form = standing.form
),

townships as (
    select
        period,
        indicator,
        township_code,
        count(*) as forms,
        min(case when is_told then 1 else 0 end) as is_answered,
        max(case when is_due and not is_told then 1 else 0 end) as is_missing
    from told
    group by period, indicator, township_code
)

select
    places.map_edition,
    places.division_level,
    places.division_code,
    townships.period,
    townships.indicator,
    case
        when max(townships.is_answered) = 1 then 'answered'
        when max(townships.is_missing) = 1 then 'not returned'
        else 'not due'
    end as answer
from townships
-- Where nobody has to return one of the forms, the indicator is not asked.
inner join needed
    on townships.indicator = needed.indicator
    and townships.forms = needed.forms
inner join {{ ref('int_place_rollup') }} as places on townships.township_code = places.place_code
group by
    places.map_edition, places.division_level, places.division_code, townships.period, townships.indicator
