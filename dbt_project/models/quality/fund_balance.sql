with returned as (
    select distinct submitter_code
    from {{ ref('int_return') }}
    where form = 'fund_movements'
),

funds as (
    select
        funds.period,
        funds.fund_code,
        funds.submitter_code,
        funds.fund_amount_yuan,
        periods.last_day,
        lag(periods.last_day) over (partition by funds.fund_code order by funds.period) as opened_on
    from {{ ref('fct_guarantee_fund') }} as funds
    inner join {{ ref('int_period') }} as periods on funds.period = periods.period
    -- A township that never sent a ledger owes it; that is no gap of a fund.
    inner join returned on funds.submitter_code = returned.submitter_code
),

moved as (
    select
        funds.period,
        funds.fund_code,
        max(funds.submitter_code) as submitter_code,
        max(funds.fund_amount_yuan) as reported_closing_yuan,
        sum(case when movements.moved_on <= funds.opened_on then movements.signed_amount_yuan else 0 end)
            as opening_yuan,
        sum(
            case
                when movements.sign = 1 and (funds.opened_on is null or movements.moved_on > funds.opened_on)
                    then movements.amount_yuan
                else 0
            end
        ) as in_yuan,
        sum(
            case
                when movements.sign = -1 and (funds.opened_on is null or movements.moved_on > funds.opened_on)
                    then movements.amount_yuan
                else 0
            end
        ) as out_yuan,
        sum(coalesce(movements.signed_amount_yuan, 0)) as computed_closing_yuan,
        count(movements.entry_number) as entries
    from funds
    left join {{ ref('fct_fund_movement') }} as movements
        on funds.fund_code = movements.fund_code
        and funds.submitter_code = movements.submitter_code
        and funds.last_day >= movements.moved_on
    group by funds.period, funds.fund_code
)

select
    period,
    fund_code,
    {{ county_of('fund_code') }} as county_code,
    submitter_code,
    cast(opening_yuan as decimal(18, 2)) as opening_yuan,
    cast(in_yuan as decimal(18, 2)) as in_yuan,
    cast(out_yuan as decimal(18, 2)) as out_yuan,
    cast(computed_closing_yuan as decimal(18, 2)) as computed_closing_yuan,
    reported_closing_yuan,
    cast(computed_closing_yuan - reported_closing_yuan as decimal(18, 2)) as difference_yuan,
    entries
from moved
