-- What a row may bring to an amount or a mean, and what a mean may be: the middle, and the lower and upper percentile
-- by nearest rank, as much again away as a return may grow. Rows and means know no size, so townships and counties are
-- peers. Those that are settled count, this period and the one before; where they are too few, as of what only some
-- offices return, all that was ever observed does, of whatever period and level.
with near as (
    select
        indicator,
        period,
        part,
        amount
    from {{ ref('int_span_observed') }}
    where is_settled
    union all
    select
        observed.indicator,
        steps.period,
        observed.part,
        observed.amount
    from {{ ref('int_span_observed') }} as observed
    inner join {{ ref('int_period_step') }} as steps on observed.period = steps.previous_period
    where observed.is_settled
),

parts as (
    select distinct
        indicator,
        part
    from {{ ref('int_span_observed') }}
),

few as (
    select
        parts.indicator,
        parts.part,
        periods.period
    from parts
    cross join {{ ref('int_period') }} as periods
    inner join {{ ref('span_limit') }} as limits
        on periods.last_day >= limits.valid_from
        and (limits.valid_to is null or periods.last_day <= limits.valid_to)
    left join near
        on parts.indicator = near.indicator
        and parts.part = near.part
        and periods.period = near.period
    group by parts.indicator, parts.part, periods.period
    having count(near.amount) < max(limits.least_peers)
),

peers as (
    select
        near.indicator,
        near.period,
        near.part,
        near.amount
    from near
    left join few
        on near.indicator = few.indicator
        and near.part = few.part
        and near.period = few.period
    where few.indicator is null
    union all
    select
        observed.indicator,
        few.period,
        observed.part,
        observed.amount
    from {{ ref('int_span_observed') }} as observed
    inner join few
        on observed.indicator = few.indicator
        and observed.part = few.part
),

ranked as (
    select
        indicator,
        period,
        part,
        amount,
        row_number() over (partition by indicator, period, part order by amount) as place,
        count(*) over (partition by indicator, period, part) as peers
    from peers
),

chosen as (
    select
        ranked.indicator,
        ranked.period,
        ranked.part,
        max(case
            when ranked.place <= floor((ranked.peers - 1) * limits.low_percentile) + 1
                then
                    least(
                        ranked.amount * limits.largest_growth,
                        {{ divide('ranked.amount', 'limits.largest_growth') }}
                    )
        end) as low,
        max(case when ranked.place <= floor((ranked.peers + 1) * 0.5) then ranked.amount end) as middle,
        min(case
            when ranked.place >= ranked.peers - floor((ranked.peers - 1) * (1 - limits.high_percentile))
                then greatest(ranked.amount * limits.largest_growth, 0)
        end) as high
    from ranked
    inner join {{ ref('int_period') }} as periods on ranked.period = periods.period
    inner join {{ ref('span_limit') }} as limits
        on periods.last_day >= limits.valid_from
        and (limits.valid_to is null or periods.last_day <= limits.valid_to)
    group by ranked.indicator, ranked.period, ranked.part
)

select
    chosen.indicator,
    chosen.period,
    max(case when chosen.part = 'numerator' then chosen.low end) as row_numerator_low,
    max(case when chosen.part = 'numerator' then chosen.middle end) as row_numerator_middle,
    max(case when chosen.part = 'numerator' then chosen.high end) as row_numerator_high,
    max(case when chosen.part = 'denominator' then chosen.middle end) as row_denominator_middle,
    max(case when chosen.part = 'denominator' then chosen.high end) as row_denominator_high,
    max(case when chosen.part = 'mean' then chosen.low end) as mean_low,
    max(case when chosen.part = 'mean' then chosen.high end) as mean_high
from chosen
group by chosen.indicator, chosen.period
