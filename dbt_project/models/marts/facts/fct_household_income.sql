with statements as (
    select
        *,
        income_year || '/' || household_code as statement_key
    from {{ ref('int_household_income') }}
),

listed as (
    select
        statement_key,
        'wage' as item,
        wage_income_yuan as amount_yuan
    from statements
    union all
    select
        statement_key,
        'business' as item,
        business_income_yuan as amount_yuan
    from statements
    union all
    select
        statement_key,
        'property' as item,
        property_income_yuan as amount_yuan
    from statements
    union all
    select
        statement_key,
        'transfer' as item,
        transfer_income_yuan as amount_yuan
    from statements
    union all
    select
        statement_key,
        'business_expense' as item,
        business_expense_yuan as amount_yuan
    from statements
    union all
    select
        statement_key,
        'asset_dividend' as item,
        asset_dividend_yuan as amount_yuan
    from statements
    union all
    select
        statement_key,
        'other_property' as item,
        other_property_yuan as amount_yuan
    from statements
    union all
    select
        statement_key,
        'family_planning' as item,
        family_planning_yuan as amount_yuan
    from statements
    union all
    select
        statement_key,
        'dibao' as item,
        dibao_yuan as amount_yuan
    from statements
    union all
    select
        statement_key,
        'wubao' as item,
        wubao_yuan as amount_yuan
    from statements
    union all
    select
        statement_key,
        'pension' as item,
        pension_yuan as amount_yuan
    from statements
    union all
    select
        statement_key,
        'ecological_compensation' as item,
        ecological_compensation_yuan as amount_yuan
    from statements
    union all
    select
        statement_key,
        'other_transfer' as item,
        other_transfer_yuan as amount_yuan
    from statements
)

select
    statements.income_year,
    statements.household_code,
    listed.item,
    items.kind as item_kind,
    items.parent_item,
    listed.amount_yuan,
    cast(listed.amount_yuan * items.sign as decimal(18, 2)) as net_amount_yuan,
    statements.person_count,
    statements.village_code,
    substr(statements.village_code, 1, 9) as township_code,
    substr(statements.village_code, 1, 6) as county_code,
    statements.submitter_code,
    statements.period,
    statements.is_carried,
    statements.submission_id,
    statements.sheet,
    statements.row_number,
    statements.received_at
from listed
inner join statements on listed.statement_key = statements.statement_key
inner join {{ ref('income_item') }} as items on listed.item = items.item
where listed.amount_yuan is not null
