select
    period,
    calendar_year,
    calendar_quarter,
    calendar_month,
    first_day,
    last_day,
    is_year_end,
    baseline_period,
    is_closed
from {{ ref('int_period') }}
