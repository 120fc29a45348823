-- What a row brings to either side of an amount or a mean, and what a mean is, in each division that has any of it.
-- A division is settled if nobody within it is silent; the city is no peer of its parts.
with unsettled as (
    select distinct
        silent.indicator,
        silent.period,
        places.division_code
    from {{ ref('int_span_silent') }} as silent
    inner join {{ ref('int_place_rollup') }} as places
        on silent.division_code = places.place_code
        and places.map_edition = '2017'
),

figures as (
    select
        figures.indicator,
        figures.period,
        figures.division_code,
        figures.numerator,
        figures.denominator,
        nullif(sizes.rows_known, 0) as rows_known,
        figures.division_level <> 'city' and unsettled.indicator is null as is_settled
    from {{ ref('int_span_figure') }} as figures
    left join {{ ref('int_span_size') }} as sizes
        on figures.indicator = sizes.indicator
        and figures.period = sizes.period
        and figures.division_code = sizes.division_code
    left join unsettled
        on figures.indicator = unsettled.indicator
        and figures.period = unsettled.period
        and figures.division_code = unsettled.division_code
    where
        figures.map_edition = '2017'
        and figures.span in ('amount', 'mean')
        -- What has no value tells nothing.
        and (figures.denominator is null or figures.denominator <> 0)
)

select
    indicator,
    period,
    division_code,
    is_settled,
    'numerator' as part,
    {{ divide('numerator', 'rows_known') }} as amount
from figures
where
    rows_known is not null
    and numerator <> 0
union all
select
    indicator,
    period,
    division_code,
    is_settled,
    'denominator' as part,
    {{ divide('denominator', 'rows_known') }} as amount
from figures
where
    rows_known is not null
    and denominator is not null
union all
select
    indicator,
    period,
    division_code,
    is_settled,
    'mean' as part,
    {{ divide('numerator', 'denominator') }} as amount
from figures
where denominator is not null
