-- What rows add to a figure, put together, is the figure: of the county or city whose rows are compared. A person whom
-- two counties report counts in each of them and has one part. Where another form tells the other side, rows of who did
-- not return that one are in no figure.
with asked as (
    select
        form,
        indicator,
        period,
        peer_county_code
    from {{ ref('int_questioned_figure') }}
    union distinct
    select
        form,
        indicator,
        period_before as period,
        peer_county_code
    from {{ ref('int_questioned_figure') }}
    where period_before is not null
),

added as (
    select
        asked.form,
        asked.indicator,
        asked.period,
        asked.peer_county_code,
        sum(parts.numerator) as numerator,
        sum(parts.denominator) as denominator
    from asked
    inner join {{ ref('int_figure_part') }} as parts
        on asked.form = parts.form
        and asked.indicator = parts.indicator
        and asked.period = parts.period
        and (asked.peer_county_code is null or asked.peer_county_code = substr(parts.place_code, 1, 6))
    where
        asked.form <> 'members'
        or asked.peer_county_code is null
    group by asked.form, asked.indicator, asked.period, asked.peer_county_code
)

select
    added.indicator,
    added.period,
    added.peer_county_code,
    added.numerator,
    added.denominator,
    figures.numerator as figure_numerator,
    figures.denominator as figure_denominator
from added
inner join {{ ref('int_indicator_value') }} as figures
    on added.indicator = figures.indicator
    and added.period = figures.period
where
    figures.map = '2017'
    and figures.division_level in ('county', 'city')
    and (
        figures.division_code = added.peer_county_code
        or (added.peer_county_code is null and figures.division_level = 'city')
    )
    and (
        added.denominator is not null
        or figures.denominator is null
    )
    and (
        abs(added.numerator - figures.numerator) >= 0.001
        or abs(added.denominator - figures.denominator) >= 0.001
    )
