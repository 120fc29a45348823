with known as (
    select *
    from {{ ref('stg_guarantee_funds') }}
    where {{ known_on_day() }}
),

stated as (
    select
        carried.period,
        carried.source_period,
        known.submission_id,
        known.submitter_code,
        known.received_at,
        known.sheet,
        known.row_number,
        known.is_carried,
        known.fund_code,
        known.fund_name,
        known.fund_level,
        known.village_code,
        known.founded_on,
        known.fund_amount_yuan,
        known.guaranteed_outstanding_yuan,
        known.cumulative_guaranteed_yuan,
        known.compensated_yuan,
        known.leverage_multiple,
        known.bank
    from {{ ref('int_carried_return') }} as carried
    inner join known
        on carried.submitter_code = known.submitter_code
        and carried.source_period = known.period
    where carried.form = 'guarantee_funds'
)

select
    period,
    case when source_period <> period then source_period end as carried_from,
    submission_id,
    submitter_code,
    received_at,
    sheet,
    row_number,
    is_carried,
    fund_code,
    fund_name,
    fund_level,
    village_code,
    founded_on,
    fund_amount_yuan,
    guaranteed_outstanding_yuan,
    cumulative_guaranteed_yuan,
    compensated_yuan,
    leverage_multiple,
    bank,
    {{ claim_rank('fund_code', "fund_code") }} as claim_rank
from stated
