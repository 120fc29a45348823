{% set others = ['without_row', 'with_row_before', 'with_peer_median'] %}
with replaced as (
    select
        *,
        numerator - coalesce(row_numerator, 0) as rest_numerator,
        denominator - coalesce(row_denominator, 0) as rest_denominator
    from {{ ref('int_suspect_part') }}
),

sides as (
    select
        *,
        rest_numerator as without_row_numerator,
        rest_denominator as without_row_denominator,
        case when stood_before then rest_numerator + coalesce(before_numerator, 0) end as with_row_before_numerator,
        case when stood_before then rest_denominator + coalesce(before_denominator, 0) end
            as with_row_before_denominator,
        case when peers is not null then rest_numerator + coalesce(peer_numerator, 0) end as with_peer_median_numerator,
        case when peers is not null then rest_denominator + coalesce(peer_denominator, 0) end
            as with_peer_median_denominator
    from replaced
),

computed as (
    select
        *
        {% for other in others %}
            ,
            case
                when denominator is null then cast({{ other }}_numerator as decimal(24, 6))
                else {{ safe_divide(other ~ '_numerator', other ~ '_denominator') }}
            end as value_{{ other }}
        {% endfor %}
    from sides
),

changed as (
    select
        *
        {% for other in others %}
            ,
            {{ safe_divide(
                'abs(value_' ~ other ~ ' - published_value)',
                'greatest(abs(value_' ~ other ~ '), abs(published_value))'
            ) }} as change_{{ other }}
        {% endfor %}
    from computed
),

weighed as (
    select
        *,
        -- A figure that is none without the row rests on it alone.
        greatest(
            case when value_without_row is null then 1 else coalesce(change_without_row, 0) end,
            coalesce(change_with_row_before, 0),
            coalesce(change_with_peer_median, 0)
        ) as influence
    from changed
),

-- A figure of a few rows rests on each of them: only what moves it more than its rows do on average says something.
limited as (
    select
        weighed.*,
        weighed.influence > shares.amount
        and weighed.influence
        > coalesce({{ safe_divide('averages.amount', 'weighed.rows_in_county') }}, 0) as moves_figure
    from weighed
    inner join {{ ref('int_period') }} as periods on weighed.period = periods.period
    left join {{ ref('suspicion_limit') }} as shares
        on periods.last_day >= shares.valid_from
        and (shares.valid_to is null or periods.last_day <= shares.valid_to)
        and shares.measure = 'share_moved'
    left join {{ ref('suspicion_limit') }} as averages
        on periods.last_day >= averages.valid_from
        and (averages.valid_to is null or periods.last_day <= averages.valid_to)
        and averages.measure = 'times_average'
)

select
    period,
    finding_id,
    rule_code,
    form,
    submitter_code,
    submission_id,
    sheet,
    row_number,
    column_name,
    indicator,
    division_level,
    division_code,
    {{ county_of('division_code') }} as county_code,
    cast(published_value as decimal(24, 6)) as published_value,
    value_without_row,
    value_with_row_before,
    value_with_peer_median,
    peers,
    peer_rows,
    cast(rows_in_county as bigint) as rows_in_county,
    cast(influence as decimal(24, 6)) as influence,
    row_number() over (
        partition by period
        -- An id holds the moment of receipt: it decides last.
        order by
            cast(influence as decimal(24, 6)) desc,
            rule_code asc,
            submitter_code asc,
            form asc,
            sheet asc,
            row_number asc,
            indicator asc,
            division_level desc,
            finding_id asc
    ) as influence_rank,
    coalesce(moves_figure, false) as moves_figure
from limited
