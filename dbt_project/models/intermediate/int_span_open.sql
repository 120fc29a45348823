{{ config(materialized="view") }}

-- What silent submitters may return, what is held or stands for held rows, and rows that are asked about, beside each
-- figure that something of it bears on.
select
    targets.indicator,
    targets.map_edition,
    targets.division_code,
    targets.period,
    targets.span,
    targets.numerator,
    targets.denominator,
    case
        when targets.denominator is null then targets.numerator
        else {{ divide('targets.numerator', 'targets.denominator') }}
    end as figure,
    silent.indicator is not null as is_silent,
    silent.is_never_returned = 1 as is_never_returned,
    targets.numerator - coalesce(silent.numerator, 0) as numerator_settled,
    targets.denominator - coalesce(silent.denominator, 0) as denominator_settled,
    case when silent.indicator is null then 0 else silent.numerator_limit end as numerator_silent,
    case when silent.indicator is null then 0 else silent.denominator_limit end as denominator_silent,
    silent.expected_low,
    silent.expected_high,
    silent.denominator_expected,
    coalesce(held.rows_held, 0) as rows_held,
    coalesce(held.rows_carried, 0) as rows_carried,
    cast(coalesce(asked.rows_questioned, 0) as double) as rows_questioned,
    case
        when asked.indicator is null then 0
        else
            coalesce(asked_together.numerator_asked, 0)
            + greatest(asked.rows_questioned - coalesce(asked_together.rows_placed, 0), 0)
            * coalesce(peers.row_numerator_high, targets.numerator)
    end as numerator_asked,
    peers.row_numerator_middle,
    peers.row_numerator_high,
    peers.row_denominator_middle,
    peers.row_denominator_high,
    peers.mean_low,
    peers.mean_high
from {{ ref('int_span_figure') }} as targets
left join {{ ref('int_span_coming') }} as silent
    on targets.indicator = silent.indicator
    and targets.map_edition = silent.map_edition
    and targets.period = silent.period
    and targets.division_code = silent.division_code
left join {{ ref('int_span_held') }} as held
    on targets.indicator = held.indicator
    and targets.map_edition = held.map_edition
    and targets.period = held.period
    and targets.division_code = held.division_code
left join {{ ref('int_span_asked') }} as asked
    on targets.indicator = asked.indicator
    and targets.map_edition = asked.map_edition
    and targets.period = asked.period
    and targets.division_code = asked.division_code
left join {{ ref('int_span_questioned') }} as asked_together
    on targets.indicator = asked_together.indicator
    and targets.map_edition = asked_together.map_edition
    and targets.period = asked_together.period
    and targets.division_code = asked_together.division_code
left join {{ ref('int_span_peer') }} as peers
    on targets.indicator = peers.indicator
    and targets.period = peers.period
where
    silent.indicator is not null
    or held.indicator is not null
    or asked.indicator is not null
