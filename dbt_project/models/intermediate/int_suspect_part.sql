-- What a row that is asked about adds to its county's and the city's figure of the 2017 map, what it added in the
-- period before its return, and what its peers usually add; only where the rows add up to the published figures, so
-- that taking one away or putting another in its place is arithmetic on two sums.
with figures as (
    select
        indicator,
        period,
        division_level,
        division_code,
        value as published_value,
        numerator,
        denominator
    from {{ ref('indicator') }}
    where
        map_edition = '2017'
        and division_level in ('county', 'city')
        and value is not null
),

rows_added as (
    select
        form,
        indicator,
        period,
        substr(place_code, 1, 6) as county_code,
        count(case when numerator <> 0 or denominator <> 0 then 1 end) as rows_in_county,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from {{ ref('int_figure_part') }}
    group by form, indicator, period, substr(place_code, 1, 6)
),

counties_added as (
    select
        indicator,
        period,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from figures
    where division_level = 'county'
    group by indicator, period
),

counties as (
    select
        rows_added.form,
        rows_added.county_code,
        rows_added.rows_in_county,
        figures.*
    from rows_added
    inner join figures
        on rows_added.indicator = figures.indicator
        and rows_added.period = figures.period
        and rows_added.county_code = figures.division_code
    where
        coalesce(rows_added.numerator = figures.numerator, true)
        and coalesce(rows_added.denominator = figures.denominator, true)
),

added_up as (
    select * from counties
    union all
    select
        counties.form,
        counties.county_code,
        counties.rows_in_county,
        cities.*
    from counties
    inner join figures as cities
        on counties.indicator = cities.indicator
        and counties.period = cities.period
        and cities.division_level = 'city'
    inner join counties_added
        on counties.indicator = counties_added.indicator
        and counties.period = counties_added.period
    where
        cities.numerator = counties_added.numerator
        and coalesce(cities.denominator = counties_added.denominator, true)
)

select
    asked.period,
    asked.finding_id,
    asked.rule_code,
    asked.form,
    asked.submitter_code,
    asked.submission_id,
    asked.sheet,
    asked.row_number,
    asked.column_name,
    asked.indicator,
    added_up.division_level,
    added_up.division_code,
    added_up.published_value,
    added_up.numerator,
    added_up.denominator,
    added_up.rows_in_county,
    own.numerator as row_numerator,
    own.denominator as row_denominator,
    earlier.row_key is not null as stood_before,
    case when own.numerator_told then earlier.numerator when earlier.row_key is not null then own.numerator end
        as before_numerator,
    earlier.denominator as before_denominator,
    case
        when peers.peer_rows is null then null
        when asked.peer_county_code is null then 'city'
        else 'county'
    end as peers,
    peers.peer_rows,
    case when own.numerator_told then peers.numerator when peers.peer_rows is not null then own.numerator end
        as peer_numerator,
    peers.denominator as peer_denominator
from {{ ref('int_questioned_figure') }} as asked
inner join {{ ref('int_figure_part') }} as own
    on asked.form = own.form
    and asked.indicator = own.indicator
    and asked.period = own.period
    and asked.submission_id = own.submission_id
    and asked.sheet = own.sheet
    and asked.row_number = own.row_number
inner join added_up
    on own.form = added_up.form
    and own.indicator = added_up.indicator
    and own.period = added_up.period
    and substr(own.place_code, 1, 6) = added_up.county_code
left join {{ ref('int_figure_part') }} as earlier
    on own.form = earlier.form
    and own.indicator = earlier.indicator
    and own.row_key = earlier.row_key
    and asked.period_before = earlier.period
left join {{ ref('int_part_median') }} as peers
    on asked.form = peers.form
    and asked.indicator = peers.indicator
    and asked.period = peers.period
    and coalesce(asked.peer_county_code, '') = coalesce(peers.peer_county_code, '')
