-- What is added up over a year is compared for a month of it; a cumulative figure that begins small may grow by any
-- factor, and what begins or ends has none. Figures about returns tell of offices, not of the city. A count or sum that
-- more or fewer answered for has jumped only if what they answered has, too: a stock stands while its office is silent.
with figures as (
    select
        figures.indicator,
        figures.division_level,
        figures.division_code,
        figures.period,
        figures.value,
        figures.numerator,
        periods.last_day,
        case
            when figures.basis = 'year-to-date' and figures.unit not in ('ratio', 'multiple')
                then {{ safe_divide('figures.value', 'periods.calendar_month') }}
            else figures.value
        end as comparable,
        case when figures.denominator is null then nullif(coalesce(figures.coverage, 1), 0) end as answered
    from {{ ref('indicator') }} as figures
    inner join {{ ref('indicator_definition') }} as definitions on figures.indicator = definitions.indicator
    inner join {{ ref('int_period') }} as periods on figures.period = periods.period
    where
        figures.map_edition = '2017'
        and figures.division_level in ('county', 'city')
        and figures.basis <> 'cumulative'
        and figures.value is not null
        and definitions.form is not null
),

compared as (
    select
        *,
        lag(period) over (partition by indicator, division_code order by period) as period_before,
        lag(value) over (partition by indicator, division_code order by period) as value_before,
        lag(numerator) over (partition by indicator, division_code order by period) as numerator_before,
        lag(comparable) over (partition by indicator, division_code order by period) as comparable_before,
        lag(answered) over (partition by indicator, division_code order by period) as answered_before
    from figures
),

factors as (
    select
        *,
        greatest(
            {{ safe_divide('comparable', 'comparable_before') }},
            {{ safe_divide('comparable_before', 'comparable') }}
        ) as factor_published,
        greatest(
            {{ safe_divide('comparable * answered_before', 'comparable_before * answered') }},
            {{ safe_divide('comparable_before * answered', 'comparable * answered_before') }}
        ) as factor_answered
    from compared
    where
        comparable <> 0
        and comparable_before <> 0
),

jumped as (
    select
        *,
        least(factor_published, coalesce(factor_answered, factor_published)) as factor
    from factors
)

select
    jumped.period,
    jumped.indicator,
    jumped.division_level,
    jumped.division_code,
    {{ county_of('jumped.division_code') }} as county_code,
    cast(jumped.value as decimal(24, 6)) as published_value,
    jumped.period_before,
    cast(jumped.value_before as decimal(24, 6)) as published_before,
    cast(round(jumped.factor, 6) as decimal(24, 6)) as factor
from jumped
inner join {{ ref('suspicion_limit') }} as limits
    on jumped.factor >= limits.amount
    and jumped.last_day >= limits.valid_from
    and (limits.valid_to is null or jumped.last_day <= limits.valid_to)
    and limits.measure = 'jump_factor'
inner join {{ ref('suspicion_limit') }} as least_counts
    on greatest(jumped.numerator, jumped.numerator_before) >= least_counts.amount
    and jumped.last_day >= least_counts.valid_from
    and (least_counts.valid_to is null or jumped.last_day <= least_counts.valid_to)
    and least_counts.measure = 'jump_least'
