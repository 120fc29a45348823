with ordered as (
    select
        period,
        lag(period) over (order by period) as period_before
    from {{ ref('int_period') }}
)

select
    now.period,
    now.cooperative_code,
    now.holder_code,
    now.holder_kind,
    now.money_source,
    now.amount_yuan,
    before.amount_yuan as amount_before_yuan,
    now.submission_id,
    now.sheet,
    now.row_number,
    true as is_present
from {{ ref('int_equity_holding_state') }} as now
inner join ordered on now.period = ordered.period
left join {{ ref('int_equity_holding_state') }} as before
    on ordered.period_before = before.period
    and now.holder_code = before.holder_code
    and before.claim_rank = 1
where now.claim_rank = 1
union all
select
    ordered.period,
    before.cooperative_code,
    before.holder_code,
    before.holder_kind,
    before.money_source,
    before.amount_yuan,
    before.amount_yuan as amount_before_yuan,
    before.submission_id,
    before.sheet,
    before.row_number,
    false as is_present
from ordered
inner join {{ ref('int_equity_holding_state') }} as before
    on ordered.period_before = before.period
    and before.claim_rank = 1
left join {{ ref('int_equity_holding_state') }} as now
    on ordered.period = now.period
    and before.holder_code = now.holder_code
    and now.claim_rank = 1
where now.holder_code is null
