with listed as (
    select
        statements.*,
        items.item,
        items.kind as item_kind,
        items.parent_item,
        items.sign,
        case items.item
            when 'wage' then statements.wage_income_yuan
            when 'business' then statements.business_income_yuan
            when 'property' then statements.property_income_yuan
            when 'transfer' then statements.transfer_income_yuan
            when 'business_expense' then statements.business_expense_yuan
            when 'asset_dividend' then statements.asset_dividend_yuan
            when 'other_property' then statements.other_property_yuan
            when 'family_planning' then statements.family_planning_yuan
            when 'dibao' then statements.dibao_yuan
            when 'wubao' then statements.wubao_yuan
            when 'pension' then statements.pension_yuan
            when 'ecological_compensation' then statements.ecological_compensation_yuan
            when 'other_transfer' then statements.other_transfer_yuan
        end as amount_yuan
    from {{ ref('int_household_income') }} as statements
    cross join {{ ref('income_item') }} as items
)

select
    income_year,
    household_code,
    item,
    item_kind,
    parent_item,
    amount_yuan,
    cast(amount_yuan * sign as decimal(18, 2)) as net_amount_yuan,
    person_count,
    village_code,
    substr(village_code, 1, 9) as township_code,
    substr(village_code, 1, 6) as county_code,
    submitter_code,
    period,
    is_carried,
    submission_id,
    sheet,
    row_number,
    received_at
from listed
where amount_yuan is not null
