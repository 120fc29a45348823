-- What rows add to a figure, put together, is the figure of their county: a person whom two counties report counts in
-- each of them and has a part in each. It is the city's, too, where the counties' figures add up to that. Where another
-- form tells the other side, rows of who did not return that one are in no figure.
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
        parts.form,
        parts.indicator,
        parts.period,
        substr(parts.place_code, 1, 6) as county_code,
        sum(parts.numerator) as numerator,
        sum(parts.denominator) as denominator
    from {{ ref('int_figure_part') }} as parts
    group by parts.form, parts.indicator, parts.period, substr(parts.place_code, 1, 6)
),

figures as (
    select
        indicator,
        period,
        division_level,
        division_code,
        numerator,
        denominator
    from {{ ref('int_indicator_value') }}
    where
        map_edition = '2017'
        and division_level in ('county', 'city')
),

-- Of which the city is the sum.
counties as (
    select
        indicator,
        period,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from figures
    where division_level = 'county'
    group by indicator, period
),

compared as (
    select
        added.form,
        figures.*,
        added.numerator as added_numerator,
        added.denominator as added_denominator
    from added
    inner join figures
        on added.indicator = figures.indicator
        and added.period = figures.period
        and added.county_code = figures.division_code
    union all
    select
        added.form,
        figures.indicator,
        figures.period,
        figures.division_level,
        figures.division_code,
        figures.numerator,
        figures.denominator,
        sum(added.numerator) as added_numerator,
        sum(added.denominator) as added_denominator
    from added
    inner join asked
        on added.form = asked.form
        and added.indicator = asked.indicator
        and added.period = asked.period
        and asked.peer_county_code is null
    inner join figures
        on added.indicator = figures.indicator
        and added.period = figures.period
        and figures.division_level = 'city'
    inner join counties
        on figures.indicator = counties.indicator
        and figures.period = counties.period
        and figures.numerator = counties.numerator
        and coalesce(figures.denominator = counties.denominator, true)
    group by
        added.form,
        figures.indicator,
        figures.period,
        figures.division_level,
        figures.division_code,
        figures.numerator,
        figures.denominator
)

select *
from compared
where
    (
        added_denominator is not null
        or denominator is null
    )
    and (
        abs(added_numerator - numerator) >= 0.001
        or abs(added_denominator - denominator) >= 0.001
    )
