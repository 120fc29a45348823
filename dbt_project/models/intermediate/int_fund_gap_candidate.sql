{{ config(materialized="view") }}

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
)

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
