-- How the figures of divisions that returned everything changed from one period to the next: the rate at which the sum
-- of each side grew, and how far single divisions lie off it. What is counted scatters with the root of its size, so
-- distances are told in roots of the size before, to which the mean of the peers is added for those that had little. Of
-- too few peers there is none: the next one lies between the ranks with the probability that the percentiles say.
with settled as (
    select
        figures.indicator,
        figures.period,
        figures.division_level,
        figures.division_code,
        figures.numerator,
        figures.denominator
    from {{ ref('int_span_figure') }} as figures
    left join {{ ref('int_span_silent') }} as silent
        on figures.indicator = silent.indicator
        and figures.period = silent.period
        and figures.division_code = silent.division_code
    where
        figures.map_edition = '2017'
        and figures.division_level in ('county', 'township')
        and silent.indicator is null
),

wanted as (
    select distinct
        indicator,
        period,
        division_level
    from {{ ref('int_span_silent') }}
),

pairs as (
    select
        settled.indicator,
        settled.period,
        settled.division_level,
        settled.numerator,
        settled.denominator,
        earlier.numerator as numerator_before,
        earlier.denominator as denominator_before
    from settled
    inner join wanted
        on settled.indicator = wanted.indicator
        and settled.period = wanted.period
        and settled.division_level = wanted.division_level
    inner join {{ ref('int_period_step') }} as steps on settled.period = steps.period
    inner join settled as earlier
        on settled.indicator = earlier.indicator
        and steps.previous_period = earlier.period
        and settled.division_code = earlier.division_code
    where
        earlier.numerator >= 0
        -- Divisions that have nothing of it tell nothing of those that do.
        and (earlier.numerator > 0 or settled.numerator > 0)
),

rates as (
    select
        indicator,
        period,
        division_level,
        {{ divide('sum(numerator)', 'sum(numerator_before)') }} as numerator_rate,
        {{ divide('sum(denominator)', 'sum(denominator_before)') }} as denominator_rate,
        {{ divide('sum(numerator_before)', 'count(*)') }} as numerator_mean,
        {{ divide('sum(denominator_before)', 'count(*)') }} as denominator_mean
    from pairs
    group by indicator, period, division_level
),

distances as (
    select
        pairs.indicator,
        pairs.period,
        pairs.division_level,
        case
            when pairs.denominator is null
                then {{ divide(
                    'pairs.numerator - coalesce(rates.numerator_rate, 0) * pairs.numerator_before',
                    'sqrt(pairs.numerator_before + rates.numerator_mean)'
                ) }}
            else
                (
                    {{ divide('pairs.numerator', 'pairs.denominator') }}
                    - {{ divide('pairs.numerator_before', 'pairs.denominator_before') }}
                )
                * sqrt(greatest(pairs.denominator_before + rates.denominator_mean, 0))
        end as distance
    from pairs
    inner join rates
        on pairs.indicator = rates.indicator
        and pairs.period = rates.period
        and pairs.division_level = rates.division_level
),

ranked as (
    select
        indicator,
        period,
        division_level,
        distance,
        row_number() over (partition by indicator, period, division_level order by distance) as place,
        count(*) over (partition by indicator, period, division_level) as peers
    from distances
    where distance is not null
),

chosen as (
    select
        ranked.indicator,
        ranked.period,
        ranked.division_level,
        max(case
            when ranked.place <= floor((ranked.peers + 1) * limits.low_expected_percentile) then ranked.distance
        end) as distance_low,
        min(case
            when ranked.place >= ranked.peers + 1 - floor((ranked.peers + 1) * (1 - limits.high_expected_percentile))
                then ranked.distance
        end) as distance_high
    from ranked
    inner join {{ ref('int_period') }} as periods on ranked.period = periods.period
    inner join {{ ref('span_limit') }} as limits
        on periods.last_day >= limits.valid_from
        and (limits.valid_to is null or periods.last_day <= limits.valid_to)
    group by ranked.indicator, ranked.period, ranked.division_level
)

select
    rates.indicator,
    rates.period,
    rates.division_level,
    coalesce(rates.numerator_rate, 0) as numerator_rate,
    coalesce(rates.denominator_rate, 0) as denominator_rate,
    rates.numerator_mean,
    rates.denominator_mean,
    chosen.distance_low,
    chosen.distance_high
from rates
inner join chosen
    on rates.indicator = chosen.indicator
    and rates.period = chosen.period
    and rates.division_level = chosen.division_level
where
    chosen.distance_low is not null
    and chosen.distance_high is not null
