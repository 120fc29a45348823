-- What a figure would lose without its questioned rows, at most: a township keeps at least the least that so many other
-- rows bring, and one that has nothing loses nothing.
with asked_townships as (
    select
        asked.indicator,
        asked.period,
        asked.division_code,
        asked.rows_within,
        least(
            greatest(
                coalesce(figures.numerator, 0)
                - greatest(sizes.rows_known - asked.rows_within, 0) * greatest(peers.row_numerator_low, 0),
                0
            ),
            greatest(coalesce(figures.numerator, 0), 0)
        ) as numerator_asked
    from {{ ref('int_span_asked') }} as asked
    left join {{ ref('int_span_figure') }} as figures
        on asked.indicator = figures.indicator
        and asked.map_edition = figures.map_edition
        and asked.period = figures.period
        and asked.division_code = figures.division_code
    left join {{ ref('int_span_size') }} as sizes
        on asked.indicator = sizes.indicator
        and asked.period = sizes.period
        and asked.division_code = sizes.division_code
    inner join {{ ref('int_span_peer') }} as peers
        on asked.indicator = peers.indicator
        and asked.period = peers.period
    where
        asked.map_edition = '2017'
        and length(asked.division_code) = 9
        and asked.rows_within > 0
)

select
    asked_townships.indicator,
    asked_townships.period,
    places.map_edition,
    places.division_code,
    sum(asked_townships.rows_within) as rows_placed,
    sum(asked_townships.numerator_asked) as numerator_asked
from asked_townships
inner join {{ ref('int_place_rollup') }} as places on asked_townships.division_code = places.place_code
where places.division_level <> 'village'
group by asked_townships.indicator, asked_townships.period, places.map_edition, places.division_code
