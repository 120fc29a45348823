-- What a figure would lose without its questioned rows, at most: a township keeps at least the least that so many other
-- rows bring.
with asked_townships as (
    select
        asked.indicator,
        asked.period,
        asked.division_code,
        asked.rows_questioned,
        least(
            greatest(
                figures.numerator
                - greatest(sizes.rows_known - asked.rows_questioned, 0) * greatest(peers.row_numerator_low, 0),
                0
            ),
            greatest(figures.numerator, 0)
        ) as numerator_asked
    from {{ ref('int_figure_questioned') }} as asked
    inner join {{ ref('int_span_figure') }} as figures
        on asked.indicator = figures.indicator
        and asked.map = figures.map
        and asked.period = figures.period
        and asked.division_code = figures.division_code
    inner join {{ ref('int_span_size') }} as sizes
        on asked.indicator = sizes.indicator
        and asked.period = sizes.period
        and asked.division_code = sizes.division_code
    inner join {{ ref('int_span_peer') }} as peers
        on asked.indicator = peers.indicator
        and asked.period = peers.period
    where
        asked.map = '2017'
        and asked.division_level = 'township'
)

select
    asked_townships.indicator,
    asked_townships.period,
    places.map,
    places.division_code,
    sum(asked_townships.rows_questioned) as rows_placed,
    sum(asked_townships.numerator_asked) as numerator_asked
from asked_townships
inner join {{ ref('int_place_rollup') }} as places on asked_townships.division_code = places.place_code
where places.division_level <> 'village'
group by asked_townships.indicator, asked_townships.period, places.map, places.division_code
