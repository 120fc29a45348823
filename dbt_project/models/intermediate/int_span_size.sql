-- How many rows an indicator rests on in a division of the map of 2017, and how many its returns may hold at most. Each
-- counted unit is a row of one of the forms that it reads: the longest bounds it. Where only larger areas are answered
-- for, all that they return may be of the division.
with divisions as (
    select
        division_code,
        place_code as area_code,
        true as is_within
    from {{ ref('int_place_rollup') }}
    where
        map_edition = '2017'
        and division_level <> 'village'
        and length(place_code) <= 9
    union all
    select
        place_code as division_code,
        division_code as area_code,
        false as is_within
    from {{ ref('int_place_rollup') }}
    where
        map_edition = '2017'
        and division_level <> 'village'
        and length(place_code) <= 9
        and place_code <> division_code
),

forms as (
    select
        open_returns.period,
        open_returns.form,
        divisions.division_code,
        divisions.is_within,
        sum(open_returns.rows_most) as rows_known,
        sum((open_returns.rows_most + limits.least_rows) * limits.largest_growth) as rows_limit
    from {{ ref('int_open_return') }} as open_returns
    inner join divisions on open_returns.area_code = divisions.area_code
    inner join {{ ref('int_period') }} as periods on open_returns.period = periods.period
    inner join {{ ref('span_limit') }} as limits
        on periods.last_day >= limits.valid_from
        and (limits.valid_to is null or periods.last_day <= limits.valid_to)
    group by open_returns.period, open_returns.form, divisions.division_code, divisions.is_within
),

sizes as (
    select
        needs.indicator,
        forms.period,
        forms.division_code,
        max(case when forms.is_within then forms.rows_known end) as rows_known,
        max(case when forms.is_within then forms.rows_limit end) as rows_limit,
        max(forms.rows_limit) as rows_limit_around
    from {{ ref('int_span_need') }} as needs
    inner join forms on needs.form = forms.form
    group by needs.indicator, forms.period, forms.division_code
)

select
    indicator,
    period,
    division_code,
    cast(rows_known as double) as rows_known,
    cast(coalesce(rows_limit, rows_limit_around) as double) as rows_limit
from sizes
