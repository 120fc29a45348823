select
    movements.entry_number,
    movements.fund_code,
    movements.moved_on,
    movements.movement_kind,
    kinds.sign,
    movements.amount_yuan,
    cast(kinds.sign * movements.amount_yuan as decimal(18, 2)) as signed_amount_yuan,
    movements.contract_number,
    movements.counterparty_kind,
    substr(movements.fund_code, 1, 9) as township_code,
    substr(movements.fund_code, 1, 6) as county_code,
    movements.submitter_code,
    movements.period as returned_for,
    movements.is_carried,
    movements.submission_id,
    movements.sheet,
    movements.row_number,
    movements.received_at
from {{ ref('int_fund_movement') }} as movements
inner join {{ ref('code_fund_movement') }} as kinds on movements.movement_kind = kinds.code
