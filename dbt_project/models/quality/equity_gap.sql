with named as (
    select
        period,
        identity_kind,
        subject_code,
        min(reason) as reason,
        cast(max(case when second_row_key is null then 1 else 2 end) as bigint) as rows_in_set,
        cast(count(*) as bigint) as sets
    from {{ ref('int_equity_gap_set') }}
    group by period, identity_kind, subject_code
)

select
    identities.period,
    identities.identity_kind,
    identities.cooperative_code,
    identities.subject_code,
    identities.expected_yuan,
    identities.actual_yuan,
    cast(identities.actual_yuan - identities.expected_yuan as decimal(18, 2)) as gap_yuan,
    named.reason,
    named.rows_in_set,
    coalesce(named.sets, 0) as sets
from {{ ref('int_equity_identity') }} as identities
left join named
    on identities.period = named.period
    and identities.identity_kind = named.identity_kind
    and identities.subject_code = named.subject_code
where identities.actual_yuan <> identities.expected_yuan
