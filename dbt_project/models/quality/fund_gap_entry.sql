-- What would close the gap of a fund, smallest sets first: one entry, else two.
with gaps as (
    select
        balances.period,
        balances.fund_code,
        balances.submitter_code,
        balances.difference_yuan,
        periods.last_day
    from {{ ref('fund_balance') }} as balances
    inner join {{ ref('int_period') }} as periods on balances.period = periods.period
    where balances.difference_yuan <> 0
),

entries as (
    select
        gaps.period,
        gaps.fund_code,
        gaps.submitter_code,
        gaps.difference_yuan,
        movements.entry_number,
        movements.movement_kind,
        movements.contract_number,
        movements.signed_amount_yuan,
        movements.sign
    from gaps
    inner join {{ ref('fct_fund_movement') }} as movements
        on gaps.fund_code = movements.fund_code
        and gaps.submitter_code = movements.submitter_code
        and gaps.last_day >= movements.moved_on
),

earlier as (
    -- Each entry as it was listed before, in the return next to the last.
    select
        stated.submitter_code,
        stated.entry_number,
        stated.fund_code,
        kinds.sign * stated.amount_yuan as signed_amount_yuan,
        row_number() over (
            partition by stated.submitter_code, stated.entry_number
            order by stated.period desc
        ) as recency
    from {{ ref('stg_fund_movements') }} as stated
    inner join {{ ref('code_fund_movement') }} as kinds on stated.movement_kind = kinds.code
    left join {{ ref('int_fund_movement') }} as latest
        on stated.submitter_code = latest.submitter_code
        and stated.entry_number = latest.entry_number
        and stated.period = latest.period
    where
        {{ known_on_day() }}
        and {{ has_begun('fund_movements', last_day_of_period('stated.period'), 'stated.') }}
        and latest.entry_number is null
),

loan_side as (
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
    from entries
    inner join earlier
        on entries.submitter_code = earlier.submitter_code
        and entries.entry_number = earlier.entry_number
        and earlier.recency = 1
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
    from gaps
    inner join earlier
        on gaps.submitter_code = earlier.submitter_code
        and gaps.fund_code = earlier.fund_code
        and earlier.recency = 1
    left join {{ ref('int_fund_movement') }} as latest
        on earlier.submitter_code = latest.submitter_code
        and earlier.entry_number = latest.entry_number
    where
        latest.entry_number is null
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
    from entries
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
    from entries
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
    from entries as one
    inner join entries as other
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

smallest as (
    select
        period,
        fund_code,
        min(set_size) as set_size
    from candidates
    group by period, fund_code
)

select
    candidates.period,
    candidates.fund_code,
    candidates.explanation,
    cast(candidates.set_size as bigint) as set_size,
    concat_ws(' + ', candidates.entry_number, candidates.second_entry_number) as entry_set,
    candidates.entry_number,
    candidates.second_entry_number,
    candidates.difference_yuan
from candidates
inner join smallest
    on candidates.period = smallest.period
    and candidates.fund_code = smallest.fund_code
    and candidates.set_size = smallest.set_size
