-- The last known statement of a household's income of a year.
with known as (
    select
        *,
        row_number() over (
            partition by household_code, income_year
            order by
                substr(household_code, 1, 9) <> submitter_code asc,
                period desc,
                submitter_code asc
        ) as statement_rank
    from {{ ref('stg_household_income') }}
    where {{ known_on_day() }}
)

select
    income_year,
    household_code,
    period,
    submission_id,
    submitter_code,
    received_at,
    sheet,
    row_number,
    is_carried,
    village_code,
    coalesce(village_code, submitter_code) as place_code,
    person_count,
    wage_income_yuan,
    business_income_yuan,
    property_income_yuan,
    asset_dividend_yuan,
    other_property_yuan,
    transfer_income_yuan,
    family_planning_yuan,
    dibao_yuan,
    wubao_yuan,
    pension_yuan,
    ecological_compensation_yuan,
    other_transfer_yuan,
    total_income_yuan,
    business_expense_yuan,
    net_income_yuan,
    net_income_per_head_yuan
from known
where statement_rank = 1
