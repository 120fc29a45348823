-- What would close the gap of a fund, smallest sets first: one entry, else two.
with loan_side as (
    select
        contract_number,
        submitter_code,
        case when event_kind = 'compensated' then 'compensation_out' else 'recovery_in' end as movement_kind,
        sum(amount_yuan) as amount_yuan
    from {{ ref('fct_loan_event') }}
    where event_kind in ('compensated', 'recovered')
    group by contract_number, submitter_code, event_kind
),

restated as (
    select
        entries.period,
        entries.fund_code,
        'restated' as explanation,
        1 as set_size,
        entries.entry_number,
        cast(null as string) as second_entry_number,
        entries.difference_yuan
    from {{ ref('int_fund_gap_candidate') }} as entries
    inner join {{ ref('int_fund_entry_before') }} as earlier
        on entries.submitter_code = earlier.submitter_code
        and entries.entry_number = earlier.entry_number
    where entries.signed_amount_yuan - earlier.signed_amount_yuan = entries.difference_yuan
),

dropped as (
    select
        gaps.period,
        gaps.fund_code,
        'dropped' as explanation,
        1 as set_size,
        earlier.entry_number,
        cast(null as string) as second_entry_number,
        gaps.difference_yuan
    from {{ ref('fund_balance') }} as gaps
    inner join {{ ref('int_fund_entry_before') }} as earlier
        on gaps.submitter_code = earlier.submitter_code
        and gaps.fund_code = earlier.fund_code
    where
        earlier.is_dropped
        and gaps.difference_yuan <> 0
        and gaps.difference_yuan = -earlier.signed_amount_yuan
),

other_than_the_loan as (
    select
        entries.period,
        entries.fund_code,
        'other than the loan' as explanation,
        1 as set_size,
        entries.entry_number,
        cast(null as string) as second_entry_number,
        entries.difference_yuan
    from {{ ref('int_fund_gap_candidate') }} as entries
    left join loan_side
        on entries.submitter_code = loan_side.submitter_code
        and entries.contract_number = loan_side.contract_number
        and entries.movement_kind = loan_side.movement_kind
    where
        entries.movement_kind in ('compensation_out', 'recovery_in')
        and entries.signed_amount_yuan - entries.sign * coalesce(loan_side.amount_yuan, 0) = entries.difference_yuan
),

single as (
    select
        period,
        fund_code,
        case when signed_amount_yuan = difference_yuan then 'one too many' else 'on the wrong side' end as explanation,
        1 as set_size,
        entry_number,
        cast(null as string) as second_entry_number,
        difference_yuan
    from {{ ref('int_fund_gap_candidate') }}
    where
        signed_amount_yuan = difference_yuan
        or 2 * signed_amount_yuan = difference_yuan
),

pairs as (
    select
        one.period,
        one.fund_code,
        'two too many' as explanation,
        2 as set_size,
        one.entry_number,
        other.entry_number as second_entry_number,
        one.difference_yuan
    from {{ ref('int_fund_gap_candidate') }} as one
    inner join {{ ref('int_fund_gap_candidate') }} as other
        on one.period = other.period
        and one.fund_code = other.fund_code
        and one.entry_number < other.entry_number
    where one.signed_amount_yuan + other.signed_amount_yuan = one.difference_yuan
),

candidates as (
    select * from restated
    union all
    select * from dropped
    union all
    select * from other_than_the_loan
    union all
    select * from single
    union all
    select * from pairs
),

ranked as (
    select
        *,
        min(set_size) over (partition by period, fund_code) as smallest
    from candidates
)

select
    period,
    fund_code,
    {{ county_of('fund_code') }} as county_code,
    explanation,
    cast(set_size as bigint) as set_size,
    concat_ws(' + ', entry_number, second_entry_number) as entry_set,
    entry_number,
    second_entry_number,
    difference_yuan
from ranked
where set_size = smallest
