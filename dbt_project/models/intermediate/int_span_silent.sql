-- Divisions of the map of 2017 that an open return answers for, indicator by indicator: its own area, and every
-- county and township within.
with areas as (
    select
        place_code as division_code,
        division_code as area_code
    from {{ ref('int_place_rollup') }}
    where
        map_edition = '2017'
        and division_level <> 'village'
        and length(place_code) <= 9
),

missing as (
    select
        needs.indicator,
        open_returns.period,
        open_returns.area_code,
        open_returns.form,
        max(case when needs.is_counted and not open_returns.was_returned then 1 else 0 end) as is_never_returned,
        sum((open_returns.rows_most + limits.least_rows) * limits.largest_growth) as rows_limit
    from {{ ref('int_span_need') }} as needs
    inner join {{ ref('int_open_return') }} as open_returns on needs.form = open_returns.form
    inner join {{ ref('int_period') }} as periods on open_returns.period = periods.period
    inner join {{ ref('span_limit') }} as limits
        on periods.last_day >= limits.valid_from
        and (limits.valid_to is null or periods.last_day <= limits.valid_to)
    where
        case
            when needs.span_returns = 'last' then open_returns.is_open_to_states else open_returns.is_open_to_changes
        end
    group by needs.indicator, open_returns.period, open_returns.area_code, open_returns.form
),

open_areas as (
    select
        indicator,
        period,
        area_code,
        max(is_never_returned) as is_never_returned,
        max(rows_limit) as rows_limit
    from missing
    group by indicator, period, area_code
),

-- All that a return of a larger area holds may be of the part.
within as (
    select
        open_areas.indicator,
        open_areas.period,
        areas.division_code,
        count(*) as open_areas,
        max(case when areas.division_code = open_areas.area_code then 1 else 0 end) as is_area,
        max(case when areas.division_code <> open_areas.area_code then open_areas.rows_limit end) as rows_limit,
        max(open_areas.is_never_returned) as is_never_returned
    from open_areas
    inner join areas on open_areas.area_code = areas.area_code
    group by open_areas.indicator, open_areas.period, areas.division_code
),

-- Of a division nothing is known, either, when one that answers for a part of it never returned what it owes.
parts_never_returned as (
    select distinct
        open_areas.indicator,
        open_areas.period,
        areas.area_code as division_code
    from open_areas
    inner join areas on open_areas.area_code = areas.division_code
    where open_areas.is_never_returned = 1
)

select
    within.indicator,
    within.period,
    within.division_code,
    divisions.division_level,
    -- It lies in no larger one that is open.
    within.is_area = 1 and within.open_areas = 1 as is_largest,
    within.is_never_returned = 1 or parts_never_returned.indicator is not null as is_never_returned,
    cast(greatest(within.rows_limit, sizes.rows_limit) as double) as rows_limit
from within
inner join {{ ref('int_division') }} as divisions
    on within.division_code = divisions.division_code
    and divisions.map_edition = '2017'
left join {{ ref('int_span_size') }} as sizes
    on within.indicator = sizes.indicator
    and within.period = sizes.period
    and within.division_code = sizes.division_code
left join parts_never_returned
    on within.indicator = parts_never_returned.indicator
    and within.period = parts_never_returned.period
    and within.division_code = parts_never_returned.division_code
