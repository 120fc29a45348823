-- What silent submitters bring to a figure now, may bring at most, and are expected to bring (decision 0010).
with whole_figures as (
    -- What a figure was where nobody was silent.
    select
        figures.indicator,
        figures.period,
        figures.division_code,
        figures.numerator,
        figures.denominator
    from {{ ref('int_span_figure') }} as figures
    left join {{ ref('int_span_silent') }} as opened
        on figures.indicator = opened.indicator
        and figures.period = opened.period
        and figures.division_code = opened.division_code
    where
        figures.map_edition = '2017'
        and figures.numerator >= 0
        and opened.indicator is null
),

silent as (
    select
        opened.indicator,
        definitions.span,
        opened.period,
        opened.division_level,
        opened.division_code,
        opened.is_largest,
        opened.is_never_returned,
        coalesce(now_told.numerator, 0) as numerator,
        coalesce(now_told.denominator, 0) as denominator,
        opened.rows_limit,
        peers.row_numerator_high,
        peers.row_denominator_high,
        before.numerator as numerator_before,
        before.denominator as denominator_before,
        changes.numerator_rate * before.numerator as numerator_expected,
        changes.denominator_rate * before.denominator as denominator_expected,
        changes.distance_low,
        changes.distance_high,
        sqrt(before.numerator + changes.numerator_mean) as numerator_root,
        sqrt(greatest(before.denominator + changes.denominator_mean, 0)) as denominator_root
    from {{ ref('int_span_silent') }} as opened
    inner join {{ ref('indicator_definition') }} as definitions on opened.indicator = definitions.indicator
    left join {{ ref('int_span_figure') }} as now_told
        on opened.indicator = now_told.indicator
        and opened.period = now_told.period
        and opened.division_code = now_told.division_code
        and now_told.map_edition = '2017'
    left join {{ ref('int_span_peer') }} as peers
        on opened.indicator = peers.indicator
        and opened.period = peers.period
    left join {{ ref('int_period_step') }} as steps on opened.period = steps.period
    left join whole_figures as before
        on opened.indicator = before.indicator
        and steps.previous_period = before.period
        and opened.division_code = before.division_code
    left join {{ ref('int_span_change') }} as changes
        on opened.indicator = changes.indicator
        and opened.period = changes.period
        and opened.division_level = changes.division_level
),

bounded as (
    select
        *,
        case
            when is_never_returned or rows_limit is null then null
            when span in ('count', 'share') then greatest(rows_limit, numerator)
            when row_numerator_high is not null then greatest(rows_limit * row_numerator_high, numerator)
        end as numerator_limit,
        case
            when is_never_returned or rows_limit is null then null
            when span = 'share' then greatest(rows_limit, denominator)
            when row_denominator_high is not null then greatest(rows_limit * row_denominator_high, denominator)
        end as denominator_limit,
        case
            when span in ('count', 'amount')
                then
                    case
                        when numerator_expected + distance_low * numerator_root < 0 then 0
                        else numerator_expected + distance_low * numerator_root
                    end
            else
                denominator_expected
                * (
                    {{ divide('numerator_before', 'denominator_before') }}
                    + {{ divide('distance_low', 'denominator_root') }}
                )
        end as expected_low,
        case
            when span in ('count', 'amount')
                then
                    case
                        when numerator_expected + distance_high * numerator_root < 0 then 0
                        else numerator_expected + distance_high * numerator_root
                    end
            else
                denominator_expected
                * (
                    {{ divide('numerator_before', 'denominator_before') }}
                    + {{ divide('distance_high', 'denominator_root') }}
                )
        end as expected_high
    from silent
)

select
    bounded.indicator,
    bounded.period,
    places.map_edition,
    places.division_code,
    sum(bounded.numerator) as numerator,
    sum(bounded.denominator) as denominator,
    -- Null as soon as one of them is.
    case when count(bounded.numerator_limit) = count(*) then sum(bounded.numerator_limit) end as numerator_limit,
    case
        when count(bounded.denominator_limit) = count(*) then sum(bounded.denominator_limit)
    end as denominator_limit,
    case when count(bounded.expected_low) = count(*) then sum(bounded.expected_low) end as expected_low,
    case when count(bounded.expected_high) = count(*) then sum(bounded.expected_high) end as expected_high,
    sum(bounded.denominator_expected) as denominator_expected,
    max(case when bounded.is_never_returned then 1 else 0 end) as is_never_returned
from bounded
inner join {{ ref('int_place_rollup') }} as places on bounded.division_code = places.place_code
where
    bounded.division_level = places.division_level
    or (bounded.is_largest and places.division_level <> 'village')
group by bounded.indicator, bounded.period, places.map_edition, places.division_code
