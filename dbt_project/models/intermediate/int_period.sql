with periods as (
    select distinct period
    from {{ ref('int_return') }}
),

dated as (
    select
        period,
        cast(substr(period, 1, 4) as int) as calendar_year,
        cast(substr(period, 6, 2) as int) as calendar_month,
        {{ first_day_of_period('period') }} as first_day,
        {{ last_day_of_period('period') }} as last_day
    from periods
),

baselines as (
    -- The year-end a change within the year is measured against.
    select
        later.period,
        max(earlier.period) as baseline_period
    from dated as later
    inner join dated as earlier on later.period > earlier.period
    where earlier.calendar_month = 12
    group by later.period
)

select
    dated.period,
    cast(dated.calendar_year as bigint) as calendar_year,
    cast(dated.calendar_month as bigint) as calendar_month,
    cast(floor((dated.calendar_month + 2) / 3) as bigint) as calendar_quarter,
    dated.first_day,
    dated.last_day,
    make_date(dated.calendar_year, 1, 1) as year_first_day,
    dated.calendar_month = 12 as is_year_end,
    baselines.baseline_period,
    dated.period in ({{ listed_texts(var('closed_periods')) }}) as is_closed
from dated
left join baselines on dated.period = baselines.period
