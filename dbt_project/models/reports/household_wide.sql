-- Households with names beside their codes and income as columns: a household's row is there once a period, so that its
-- persons and amounts add up over places.
with households as (
    {{ with_code_names(ref('fct_poverty_status'), {
        'poverty_status': 'poverty_status',
        'status_recorded': 'recorded_status',
        'previous_status': 'poverty_status',
        'transition': 'transition',
        'identification_standard': 'identification_standard',
        'household_attribute': 'household_attribute',
        'main_cause': 'poverty_cause',
        'entry_road': 'entry_road',
    }) }}
),

other_causes as (
    {{ several_code_names(ref('fct_poverty_status'), 'other_causes', 'other_cause') }}
),

measures as (
    select
        period,
        household_code,
        count(*) as measure_count
    from {{ ref('fct_assistance_measure') }}
    group by period, household_code
),

loans as (
    select
        period,
        household_code,
        cast(sum(balance_yuan) as decimal(18, 2)) as loan_balance_yuan
    from {{ ref('fct_loan_balance') }}
    group by period, household_code
)

select
    households.period,
    periods.last_day as period_end,
    periods.period_name,
    households.household_code,
    households.village_code,
    places.short_name as village_name,
    households.township_code,
    places.township_name,
    households.county_code,
    places.county_name,
    households.poverty_status,
    households.poverty_status_name,
    households.status_recorded,
    households.status_recorded_name,
    households.is_poor,
    households.previous_status,
    households.previous_status_name,
    households.transition,
    households.transition_name,
    households.exit_year,
    households.identified_on,
    households.identification_standard,
    households.identification_standard_name,
    households.household_attribute,
    households.household_attribute_name,
    households.main_cause,
    households.main_cause_name,
    households.other_causes,
    other_causes.names as other_cause_names,
    households.person_count,
    households.member_count,
    households.line_yuan,
    coalesce(households.dangerous_housing, false) as has_dangerous_housing,
    coalesce(households.safe_water, false) as has_safe_water,
    households.housing_area_m2,
    households.farmland_area_mu,
    households.forest_area_mu,
    households.entry_road,
    households.entry_road_name,
    coalesce(households.cooperative_member, false) as is_cooperative_member,
    households.has_helper,
    coalesce(measures.measure_count, 0) as measure_count,
    coalesce(loans.loan_balance_yuan, 0) as loan_balance_yuan,
    incomes.income_year,
    incomes.person_count as income_person_count,
    incomes.wage_income_yuan,
    incomes.business_income_yuan,
    incomes.property_income_yuan,
    incomes.asset_dividend_yuan,
    incomes.other_property_yuan,
    incomes.transfer_income_yuan,
    incomes.family_planning_yuan,
    incomes.dibao_yuan,
    incomes.wubao_yuan,
    incomes.pension_yuan,
    incomes.ecological_compensation_yuan,
    incomes.other_transfer_yuan,
    incomes.total_income_yuan,
    incomes.business_expense_yuan,
    incomes.net_income_yuan,
    incomes.net_income_per_head_yuan,
    households.carried_from,
    '{{ var("data_origin") }}' as data_origin
from households
inner join {{ ref('dim_period') }} as periods on households.period = periods.period
left join {{ ref('dim_place') }} as places on households.village_code = places.division_code
left join other_causes on households.other_causes = other_causes.cell
-- Income is told by the year: beside a period within the year stands that of the year before.
left join {{ ref('int_household_income') }} as incomes
    on households.household_code = incomes.household_code
    and incomes.income_year
    = case when periods.is_year_end then periods.calendar_year else periods.calendar_year - 1 end
left join measures
    on households.period = measures.period
    and households.household_code = measures.household_code
left join loans
    on households.period = loans.period
    and households.household_code = loans.household_code
