-- How many rows under an open question a figure may rest on: rows of a form and of a place of its division, asked about
-- a column that its own SQL reads.
with concerned as (
    select distinct
        indicator,
        period,
        place_code,
        submission_id,
        sheet,
        row_number
    from {{ ref('int_questioned_figure') }}
)

select
    places.map,
    places.division_level,
    places.division_code,
    concerned.period,
    concerned.indicator,
    count(*) as rows_questioned
from concerned
inner join {{ ref('int_place_rollup') }} as places on concerned.place_code = places.place_code
group by
    places.map, places.division_level, places.division_code, concerned.period, concerned.indicator
