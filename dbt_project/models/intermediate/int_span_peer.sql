-- What a row brings to an amount or a mean, and what a mean is, in divisions that returned everything, this period and
-- the one before: the middle, and the lower and upper percentile by nearest rank, as much again away as a return may
-- grow. Rows and means know no size, so townships and counties are peers; of too few nothing is told.
with settled as (
    select
        figures.indicator,
        figures.period,
        figures.numerator,
        figures.denominator,
        nullif(sizes.rows_known, 0) as rows_known
    from {{ ref('int_span_figure') }} as figures
    left join {{ ref('int_span_size') }} as sizes
        on figures.indicator = sizes.indicator
        and figures.period = sizes.period
        and figures.division_code = sizes.division_code
    left join {{ ref('int_span_silent') }} as silent
        on figures.indicator = silent.indicator
        and figures.period = silent.period
        and figures.division_code = silent.division_code
    where
        figures.map = '2017'
        and figures.span in ('amount', 'mean')
        and silent.indicator is null
),

told as (
    select
        indicator,
        period,
        'numerator' as part,
        {{ divide('numerator', 'rows_known') }} as amount
    from settled
    where
        rows_known is not null
        and numerator <> 0
    union all
    select
        indicator,
        period,
        'denominator' as part,
        {{ divide('denominator', 'rows_known') }} as amount
    from settled
    where
        rows_known is not null
        and denominator <> 0
    union all
    select
        indicator,
        period,
        'mean' as part,
        {{ divide('numerator', 'denominator') }} as amount
    from settled
    where denominator <> 0
),

peers as (
    select
        indicator,
        period,
        part,
        amount
    from told
    union all
    select
        told.indicator,
        steps.period,
        told.part,
        told.amount
    from told
    inner join {{ ref('int_period_step') }} as steps on told.period = steps.previous_period
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
    where ranked.peers >= limits.least_peers
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
