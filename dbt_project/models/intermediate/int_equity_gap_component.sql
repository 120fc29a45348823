with gaps as (
    select
        period,
        identity_kind,
        subject_code,
        cast(round((actual_yuan - expected_yuan) * 100) as bigint) as gap_fen
    from {{ ref('int_equity_identity') }}
    where actual_yuan <> expected_yuan
)

select
    components.period,
    components.identity_kind,
    components.subject_code,
    gaps.gap_fen,
    components.form || '/' || components.component_code || '/' || components.row_number as row_key,
    components.sign,
    components.amount_fen,
    components.sign * (components.amount_fen - components.own_expected_fen) as deviation_fen,
    components.is_present,
    count(*) over (
        partition by
            components.period,
            components.identity_kind,
            components.subject_code,
            components.is_present,
            components.sign,
            components.amount_fen
    ) as times
from {{ ref('int_equity_component') }} as components
inner join gaps
    on components.period = gaps.period
    and components.identity_kind = gaps.identity_kind
    and components.subject_code = gaps.subject_code
