with members as (
    select
        period,
        identity_kind,
        subject_code,
        set_number,
        reason,
        row_key
    from {{ ref('int_equity_gap_set') }}
    union all
    select
        period,
        identity_kind,
        subject_code,
        set_number,
        reason,
        second_row_key as row_key
    from {{ ref('int_equity_gap_set') }}
    where second_row_key is not null
)

select
    members.period,
    members.identity_kind,
    members.subject_code,
    {{ county_of('members.subject_code') }} as county_code,
    members.set_number,
    members.reason,
    components.component_code,
    components.form,
    cast(components.amount_fen * 0.01 as decimal(18, 2)) as amount_yuan,
    cast(components.own_expected_fen * 0.01 as decimal(18, 2)) as own_expected_yuan,
    components.submission_id,
    components.sheet,
    components.row_number
from members
inner join {{ ref('int_equity_component') }} as components
    on members.period = components.period
    and members.identity_kind = components.identity_kind
    and members.subject_code = components.subject_code
    and members.row_key = components.form || '/' || components.component_code || '/' || components.row_number
