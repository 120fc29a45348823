-- Rows that are held, or stand for held ones, in each division and indicator that they may bear on: a counted unit is
-- a row of one of the forms.
-- Where such a row may belong: to every division that its submitter answers for a part of or that lies within.
with reached as (
    select
        place_code as area_code,
        map,
        division_code
    from {{ ref('int_place_rollup') }}
    where division_level <> 'village'
    union all
    select
        areas.division_code as area_code,
        places.map,
        places.division_code
    from {{ ref('int_place_rollup') }} as areas
    inner join {{ ref('int_division') }} as units
        on areas.place_code = units.division_code
        and units.map = '2017'
        and units.division_level in ('county', 'township')
    inner join {{ ref('int_place_rollup') }} as places
        on areas.place_code = places.place_code
        and units.division_level = places.division_level
    where
        areas.map = '2017'
        and areas.division_level in ('city', 'county')
        and areas.division_code <> areas.place_code
),

held_rows as (
    select
        needs.indicator,
        open_returns.period,
        reached.map,
        reached.division_code,
        open_returns.form,
        sum(open_returns.rows_held) as rows_held,
        sum(open_returns.rows_carried) as rows_carried
    from {{ ref('int_open_return') }} as open_returns
    inner join {{ ref('int_span_need') }} as needs
        on open_returns.form = needs.form
        and needs.is_counted
    inner join reached on open_returns.area_code = reached.area_code
    where
        open_returns.rows_held > 0
        or open_returns.rows_carried > 0
    group by needs.indicator, open_returns.period, reached.map, reached.division_code, open_returns.form
)

select
    indicator,
    period,
    map,
    division_code,
    cast(max(rows_held) as double) as rows_held,
    cast(max(rows_carried) as double) as rows_carried
from held_rows
group by indicator, period, map, division_code
