-- Rows under an open question that may bear on the span of a figure. A row that names no place may belong to any part
-- of the area that is answered for. Where everybody who owes the form of an indicator says that it lists nothing, none
-- bears on it, whatever else is asked about.
with concerned as (
    select distinct
        asked.indicator,
        asked.period,
        asked.place_code,
        asked.is_placed,
        asked.submission_id,
        asked.sheet,
        asked.row_number
    from {{ ref('int_questioned_figure') }} as asked
    inner join {{ ref('indicator_definition') }} as definitions on asked.indicator = definitions.indicator
    left join {{ ref('int_nothing_listed') }} as nothing
        on asked.period = nothing.period
        and definitions.form = nothing.form
        and substr(asked.place_code, 1, 9) = nothing.township_code
    where nothing.form is null
)

select
    concerned.indicator,
    concerned.period,
    reached.map_edition,
    reached.division_code,
    count(*) as rows_questioned,
    sum(case when reached.is_part then 0 else 1 end) as rows_within
from concerned
inner join {{ ref('int_span_reach') }} as reached
    on concerned.place_code = reached.area_code
    and not (reached.is_part and concerned.is_placed)
group by concerned.indicator, concerned.period, reached.map_edition, reached.division_code
