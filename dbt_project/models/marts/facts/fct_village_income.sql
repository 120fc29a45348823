with listed as (
    select
        villages.*,
        items.item,
        items.is_operating,
        case items.item
            when 'operating' then villages.operating_income_yuan
            when 'contract' then villages.contract_income_yuan
            when 'investment' then villages.investment_income_yuan
            when 'subsidy' then villages.subsidy_income_yuan
            when 'other' then villages.other_income_yuan
        end as amount_yuan
    from {{ ref('int_village_state') }} as villages
    cross join {{ ref('village_income_item') }} as items
    where
        villages.claim_rank = 1
        -- A flow of the year to date is not carried into another period.
        and villages.carried_from is null
)

select
    listed.village_code,
    listed.period,
    periods.year_first_day as span_first_day,
    periods.last_day as span_last_day,
    listed.item,
    listed.is_operating,
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
inner join {{ ref('int_period') }} as periods on listed.period = periods.period
where listed.amount_yuan is not null
