-- Low and high of the figures that something open bears on (decision 0010): what silent submitters may return, what is
-- held or stands for held rows, and rows that are asked about. Figures that nothing open bears on have no row.
-- Rows that may leave and that may come, on both sides. A row whose amount nobody can tell takes the figure with it.
with moved as (
    select
        *,
        case
            when span in ('count', 'share') then rows_carried + rows_questioned
            when rows_carried = 0 then numerator_asked
            else numerator_asked + rows_carried * coalesce(row_numerator_high, greatest(numerator_settled, 0))
        end as numerator_leaving,
        case
            when span = 'count' then rows_held + rows_carried
            when span = 'share' then rows_held + rows_carried + rows_questioned
            when rows_held + rows_carried + rows_questioned = 0 then 0
            else (rows_held + rows_carried) * row_numerator_high + rows_questioned * row_numerator_middle
        end as numerator_coming,
        case
            when rows_carried + rows_questioned = 0 then 0
            else (rows_carried + rows_questioned) * row_denominator_middle
        end as denominator_leaving,
        case
            when span = 'share' then rows_held
            when rows_held + rows_carried + rows_questioned = 0 then 0
            else (rows_held + rows_carried + rows_questioned) * row_denominator_high
        end as denominator_coming
    from {{ ref('int_span_open') }}
),

sides as (
    select
        *,
        case
            -- What leaves takes no more than there is, unless peers have less than nothing.
            when span = 'mean' and mean_low >= 0 then greatest(numerator_settled - numerator_leaving, 0)
            else numerator_settled - numerator_leaving
        end as numerator_least,
        numerator_settled + numerator_silent + numerator_coming as numerator_most,
        greatest(denominator_settled - denominator_leaving, 0) as denominator_least,
        denominator_silent + denominator_coming as denominator_unknown
    from moved
),

ends as (
    select
        *,
        case
            when span in ('count', 'amount') then greatest(numerator_least, 0)
            when denominator_unknown is null and span = 'share' then 0
            when span = 'share'
                then {{ divide('greatest(numerator_least, 0)', 'denominator_settled + denominator_unknown') }}
            when mean_low is null then null
            -- However little or much is unknown, it lies between the peers' lowest and highest.
            when denominator_unknown is null
                then least({{ divide('numerator_least', 'denominator_settled') }}, mean_low)
            else
                least(
                    {{ divide('numerator_least', 'denominator_settled') }},
                    {{ divide(
                        'numerator_least + mean_low * denominator_unknown',
                        'denominator_settled + denominator_unknown'
                    ) }}
                )
        end as low_told,
        case
            when span in ('count', 'amount') then numerator_most
            when denominator_unknown is null and span = 'share' then 1
            when span = 'share'
                then
                    least(
                        {{ divide(
                            'numerator_settled + denominator_silent + numerator_coming',
                            'denominator_settled + denominator_unknown'
                        ) }},
                        1
                    )
            when mean_high is null then null
            when denominator_unknown is null
                then greatest({{ divide('numerator_settled', 'denominator_least') }}, mean_high)
            else
                greatest(
                    {{ divide('numerator_settled', 'denominator_least') }},
                    {{ divide(
                        'numerator_settled + mean_high * denominator_unknown',
                        'denominator_least + denominator_unknown'
                    ) }}
                )
        end as high_told,
        case
            when span in ('count', 'amount') then greatest(expected_low + numerator_least, 0)
            else {{ divide(
                'expected_low + numerator_least',
                'denominator_settled + denominator_expected + rows_held'
            ) }}
        end as expected_low_told,
        case
            when span in ('count', 'amount') then expected_high + numerator_settled + numerator_coming
            else {{ divide(
                'expected_high + numerator_settled + numerator_coming',
                'denominator_settled + denominator_expected'
            ) }}
        end as expected_high_told
    from sides
),

kept_within as (
    select
        indicator,
        map_edition,
        division_code,
        period,
        case when low_told is not null then least(low_told, figure) end as low,
        case when high_told is not null then greatest(high_told, figure) end as high,
        expected_low_told,
        expected_high_told,
        is_never_returned
    from ends
    where figure is not null
)

select
    indicator,
    map_edition,
    division_code,
    period,
    cast(low as decimal(24, 6)) as low,
    cast(high as decimal(24, 6)) as high,
    case
        when expected_low_told is not null and expected_high_told is not null
            then cast(least(greatest(expected_low_told, low), coalesce(high, expected_low_told)) as decimal(24, 6))
    end as low_expected,
    case
        when expected_low_told is not null and expected_high_told is not null
            then cast(greatest(least(expected_high_told, coalesce(high, expected_high_told)), low) as decimal(24, 6))
    end as high_expected,
    case
        when high is null and is_never_returned and low is not null then 'never returned'
        when high is null then 'no peers'
        when expected_low_told is not null and expected_high_told is not null then 'transitions'
        else 'worst case'
    end as span_basis
from kept_within
