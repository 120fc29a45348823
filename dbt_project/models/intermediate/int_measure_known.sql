{{ config(materialized="view") }}

select
    submission_id,
    submitter_code,
    period,
    received_at,
    sheet,
    row_number,
    is_carried,
    village_code,
    household_code,
    measure_code,
    measure_type,
    started_on,
    ended_on,
    has_helper,
    funds_yuan,
    income_gain_yuan,
    {{ claim_rank('measure_code', 'measure_code') }} as claim_rank
from {{ ref('stg_assistance_measures') }}
where
    {{ known_on_day() }}
    and {{ has_begun('assistance_measures', last_day_of_period('period')) }}
