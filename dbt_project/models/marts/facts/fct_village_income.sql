with known as (
    select *
    from {{ ref('int_village_state') }}
    where
        claim_rank = 1
        -- A flow of the year to date is not carried into another period.
        and carried_from is null
),

listed as (
    select
        *,
        'operating' as item,
        operating_income_yuan as amount_yuan
    from known
    union all
    select
        *,
        'contract' as item,
        contract_income_yuan as amount_yuan
    from known
    union all
    select
        *,
        'investment' as item,
        investment_income_yuan as amount_yuan
    from known
    union all
    select
        *,
        'subsidy' as item,
        subsidy_income_yuan as amount_yuan
    from known
    union all
    select
        *,
        'other' as item,
        other_income_yuan as amount_yuan
    from known
)

select
    listed.village_code,
    listed.period,
    periods.year_first_day as span_first_day,
    periods.last_day as span_last_day,
    listed.item,
    items.is_operating,
    listed.amount_yuan,
    substr(listed.village_code, 1, 9) as township_code,
    substr(listed.village_code, 1, 6) as county_code,
    listed.submitter_code,
    listed.is_carried,
    listed.submission_id,
    listed.sheet,
    listed.row_number,
    listed.received_at
from listed
inner join {{ ref('village_income_item') }} as items on listed.item = items.item
inner join {{ ref('int_period') }} as periods on listed.period = periods.period
