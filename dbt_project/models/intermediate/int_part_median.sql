-- What the peers of questioned rows usually add to a figure: the medians of both sides over those about
-- which nothing is asked.
with peer_groups as (
    select distinct
        form,
        indicator,
        period,
        peer_county_code
    from {{ ref('int_questioned_figure') }}
),

questioned as (
    select
        form,
        indicator,
        period,
        submission_id,
        sheet,
        row_number
    from {{ ref('int_questioned_figure') }}
),

peers as (
    select
        peer_groups.form,
        peer_groups.indicator,
        peer_groups.period,
        peer_groups.peer_county_code,
        parts.numerator,
        parts.denominator
    from {{ ref('int_figure_part') }} as parts
    inner join peer_groups
        on parts.form = peer_groups.form
        and parts.indicator = peer_groups.indicator
        and parts.period = peer_groups.period
        and (
            peer_groups.peer_county_code is null
            or peer_groups.peer_county_code = substr(parts.place_code, 1, 6)
        )
    left join questioned
        on parts.form = questioned.form
        and parts.indicator = questioned.indicator
        and parts.period = questioned.period
        and parts.submission_id = questioned.submission_id
        and parts.sheet = questioned.sheet
        and parts.row_number = questioned.row_number
    where questioned.form is null
),

amounts as (
    {% for side in ['numerator', 'denominator'] %}
        select
            form,
            indicator,
            period,
            peer_county_code,
            '{{ side }}' as side,
            {{ side }} as amount,
            count(*) as row_count
        from peers
        group by form, indicator, period, peer_county_code, {{ side }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

ordered as (
    select
        *,
        sum(row_count) over (
            partition by form, indicator, period, peer_county_code, side
            order by amount
        ) as rows_up_to,
        sum(row_count) over (partition by form, indicator, period, peer_county_code, side) as rows_in_all
    from amounts
),

middle as (
    select
        form,
        indicator,
        period,
        peer_county_code,
        side,
        max(rows_in_all) as peer_rows,
        -- Of an even number of rows the two in the middle, of an odd one twice the same.
        min(case when 2 * rows_up_to >= rows_in_all then amount end)
        + min(case when 2 * rows_up_to > rows_in_all then amount end) as twice_the_median
    from ordered
    group by form, indicator, period, peer_county_code, side
)

select
    form,
    indicator,
    period,
    peer_county_code,
    cast(max(peer_rows) as bigint) as peer_rows,
    cast(max(case when side = 'numerator' then twice_the_median end) * 0.5 as decimal(24, 6)) as numerator,
    cast(max(case when side = 'denominator' then twice_the_median end) * 0.5 as decimal(24, 6)) as denominator
from middle
group by form, indicator, period, peer_county_code
