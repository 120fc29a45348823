with holdings as (
    select
        period,
        carried_from,
        cooperative_code,
        holder_code,
        holder_kind,
        money_source,
        submitter_code,
        allotted_on,
        amount_yuan,
        share_percent,
        is_carried,
        submission_id,
        sheet,
        row_number,
        received_at,
        cast(sum(amount_yuan) over (partition by period, cooperative_code) as decimal(18, 2)) as capital_yuan
    from {{ ref('int_equity_holding_state') }}
    where claim_rank = 1
)

select
    period,
    carried_from,
    cooperative_code,
    holder_code,
    holder_kind,
    money_source,
    substr(cooperative_code, 1, 12) as village_code,
    substr(cooperative_code, 1, 9) as township_code,
    substr(cooperative_code, 1, 6) as county_code,
    submitter_code,
    allotted_on,
    amount_yuan,
    capital_yuan,
    cast(share_percent * 0.01 as decimal(24, 6)) as share_recorded,
    {{ safe_divide('amount_yuan', 'capital_yuan') }} as share_computed,
    is_carried,
    submission_id,
    sheet,
    row_number,
    received_at
from holdings
