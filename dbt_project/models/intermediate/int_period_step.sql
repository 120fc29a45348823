-- One period with the one before it, between which the register's flow is told.
with ordered as (
    select
        period,
        last_day,
        lag(period) over (order by period) as previous_period,
        lag(last_day) over (order by period) as previous_last_day
    from {{ ref('int_period') }}
)

select
    period,
    previous_period,
    previous_last_day,
    last_day
from ordered
where previous_period is not null
