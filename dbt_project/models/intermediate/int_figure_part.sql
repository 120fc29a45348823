-- What each row of a form adds to the two sides of a figure, for the forms and indicators that something is asked
-- about: in the periods it bears on and in the one before its return. Only sums, and counts of rows, have parts; a row
-- that is none of those counted has none, one that adds nothing has a part of 0.
with wanted as (
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

-- Of the counties alone whose rows are compared: few rows are asked about, and a register has a hundred thousand.
asked as (
    select wanted.*
    from wanted
    left join wanted as of_the_city
        on wanted.form = of_the_city.form
        and wanted.indicator = of_the_city.indicator
        and wanted.period = of_the_city.period
        and of_the_city.peer_county_code is null
    where
        of_the_city.form is null
        or wanted.peer_county_code is null
),

-- The subjects are views: only the rows that are asked about are kept anywhere.
parts as (
    {% for subject in ['villages', 'households', 'finance', 'urban'] %}
        select *
        from {{ ref('int_figure_part_' ~ subject) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    parts.form,
    parts.indicator,
    parts.period,
    parts.submission_id,
    parts.sheet,
    parts.row_number,
    parts.row_key,
    parts.place_code,
    coalesce(parts.numerator, 0) as numerator,
    case when parts.has_denominator then coalesce(parts.denominator, 0) end as denominator,
    parts.numerator_told
from parts
inner join asked
    on parts.form = asked.form
    and parts.indicator = asked.indicator
    and parts.period = asked.period
    and (asked.peer_county_code is null or asked.peer_county_code = substr(parts.place_code, 1, 6))
where
    parts.numerator is not null
    or parts.denominator is not null
