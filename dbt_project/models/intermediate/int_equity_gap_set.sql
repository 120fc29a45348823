-- The smallest sets of rows whose change or absence closes a gap: of one row, and only where there is none, of two.
-- Of sets of one size the better reason wins; ties all stand.
with pairs as (
    select
        first_row.period,
        first_row.identity_kind,
        first_row.subject_code,
        first_row.row_key,
        second_row.row_key as second_row_key,
        case
            when first_row.deviation_fen + second_row.deviation_fen = first_row.gap_fen
                then 'off_their_own_figures'
            else 'equal_the_gap_together'
        end as reason,
        case when first_row.deviation_fen + second_row.deviation_fen = first_row.gap_fen then 6 else 7 end as preference
    from {{ ref('int_equity_gap_component') }} as first_row
    inner join {{ ref('int_equity_gap_component') }} as second_row
        on first_row.period = second_row.period
        and first_row.identity_kind = second_row.identity_kind
        and first_row.subject_code = second_row.subject_code
        and first_row.row_key < second_row.row_key
    left join {{ ref('int_equity_gap_single') }} as single
        on first_row.period = single.period
        and first_row.identity_kind = single.identity_kind
        and first_row.subject_code = single.subject_code
    where
        single.row_key is null
        and first_row.is_present
        and second_row.is_present
        and (
            (
                first_row.sign = 1
                and second_row.sign = 1
                and first_row.amount_fen + second_row.amount_fen = first_row.gap_fen
            )
            or (
                first_row.deviation_fen <> 0
                and second_row.deviation_fen <> 0
                and first_row.deviation_fen + second_row.deviation_fen = first_row.gap_fen
            )
        )
),

sets as (
    select
        period,
        identity_kind,
        subject_code,
        row_key,
        cast(null as string) as second_row_key,
        reason,
        preference
    from {{ ref('int_equity_gap_single') }}
    union all
    select
        period,
        identity_kind,
        subject_code,
        row_key,
        second_row_key,
        reason,
        preference
    from pairs
),

ranked as (
    select
        period,
        identity_kind,
        subject_code,
        row_key,
        second_row_key,
        reason,
        preference,
        min(preference) over (partition by period, identity_kind, subject_code) as best
    from sets
)

select
    period,
    identity_kind,
    subject_code,
    reason,
    row_key,
    second_row_key,
    cast(row_number() over (
        partition by period, identity_kind, subject_code
        order by row_key, second_row_key
    ) as bigint) as set_number
from ranked
where preference = best
