{{ config(materialized="view") }}

-- Each entry as it was listed before, in the return next to the last.
with earlier as (
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
)

select
    earlier.submitter_code,
    earlier.entry_number,
    earlier.fund_code,
    earlier.signed_amount_yuan,
    latest.entry_number is null as is_dropped
from earlier
left join {{ ref('int_fund_movement') }} as latest
    on earlier.submitter_code = latest.submitter_code
    and earlier.entry_number = latest.entry_number
where earlier.recency = 1
