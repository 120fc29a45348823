-- Rows that are held, or stand for held ones, in each division and indicator that they may bear on: a counted unit is
-- a row of one of the forms.
with held_rows as (
    select
        needs.indicator,
        open_returns.period,
        reached.map_edition,
        reached.division_code,
        open_returns.form,
        sum(open_returns.rows_held) as rows_held,
        sum(open_returns.rows_carried) as rows_carried
    from {{ ref('int_open_return') }} as open_returns
    inner join {{ ref('int_span_need') }} as needs
        on open_returns.form = needs.form
        and needs.is_counted
    inner join {{ ref('int_span_reach') }} as reached on open_returns.area_code = reached.area_code
    where
        open_returns.rows_held > 0
        or open_returns.rows_carried > 0
    group by needs.indicator, open_returns.period, reached.map_edition, reached.division_code, open_returns.form
)

select
    indicator,
    period,
    map_edition,
    division_code,
    cast(max(rows_held) as double) as rows_held,
    cast(max(rows_carried) as double) as rows_carried
from held_rows
group by indicator, period, map_edition, division_code
