select
    periods.period,
    substr(periods.period, 1, 4) || months.label as period_name,
    periods.calendar_year,
    periods.calendar_quarter,
    periods.calendar_month,
    periods.first_day,
    periods.last_day,
    periods.is_year_end,
    periods.baseline_period,
    periods.is_closed
from {{ ref('int_period') }} as periods
inner join {{ ref('calendar_month') }} as months on periods.calendar_month = months.calendar_month
