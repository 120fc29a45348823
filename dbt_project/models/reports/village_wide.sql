-- Villages with their names, income as columns, and what is known of their inhabitants and of their poor. A village is
-- here once its income or its profile was returned.
with villages as (
    select
        period,
        village_code,
        village_code as place_code
    from {{ ref('fct_village_status') }}
    union
    select
        period,
        village_code,
        village_code as place_code
    from {{ ref('fct_village_profile') }}
),

incomes as (
    select
        period,
        village_code,
        cast(sum(case when is_operating then amount_yuan end) as decimal(18, 2)) as operating_income_yuan,
        max(case when item = 'subsidy' then amount_yuan end) as subsidy_income_yuan,
        cast(sum(amount_yuan) as decimal(18, 2)) as total_income_yuan
    from {{ ref('fct_village_income') }}
    group by period, village_code
),

-- Where a township never returned its register nobody knows how many are poor, which is not none.
asked as (
    {{ answered_rows('villages', ['households', 'members']) }}
),

registers as (
    select
        asked.period,
        asked.village_code,
        count(households.household_code) as registered_households,
        cast(coalesce(sum(households.member_count), 0) as bigint) as registered_persons,
        count(case when households.is_poor then 1 end) as poor_households,
        cast(
            coalesce(sum(case when households.is_poor then households.member_count end), 0) as bigint
        ) as poor_persons
    from asked
    left join {{ ref('fct_poverty_status') }} as households
        on asked.period = households.period
        and asked.village_code = households.village_code
    group by asked.period, asked.village_code
),

designations as (
    select
        places.division_code as village_code,
        {{ joined_texts('designations.designation', 'codes.sort_order', "','") }} as designations,
        {{ joined_texts('codes.code_name', 'codes.sort_order', "'、'") }} as designation_names
    from {{ ref('dim_place') }} as places
    inner join {{ ref('dim_designation') }} as designations
        on designations.place_code in (places.division_code, places.township_code, places.county_code)
        and designations.is_current
    inner join {{ ref('dim_code') }} as codes
        on designations.designation = codes.code
        and codes.code_list = 'designation'
    where places.division_level = 'village'
    group by places.division_code
)

select
    villages.period,
    periods.last_day as period_end,
    periods.period_name,
    villages.village_code,
    places.short_name as village_name,
    places.full_name,
    places.township_code,
    places.township_name,
    places.county_code,
    places.county_name,
    coalesce(statuses.registered_poor_village, false) as registered_poor_village,
    coalesce(statuses.is_shell, false) as is_shell,
    coalesce(statuses.is_new_shell, false) as is_new_shell,
    coalesce(statuses.in_shell_cohort, false) as in_shell_cohort,
    statuses.shell_decided_on,
    designations.village_code is not null as is_designated_now,
    designations.designations,
    designations.designation_names,
    incomes.operating_income_yuan,
    incomes.subsidy_income_yuan,
    incomes.total_income_yuan,
    profiles.household_count,
    profiles.population,
    profiles.rural_registered_population,
    profiles.labour_count,
    profiles.migrant_count,
    profiles.farmland_area_mu,
    profiles.forest_area_mu,
    coalesce(profiles.has_paved_road, false) as has_paved_road,
    coalesce(profiles.has_bus, false) as has_bus,
    coalesce(profiles.has_clinic, false) as has_clinic,
    coalesce(profiles.has_reading_room, false) as has_reading_room,
    registers.registered_households,
    registers.registered_persons,
    registers.poor_households,
    registers.poor_persons,
    {{ divide('registers.poor_persons', 'profiles.rural_registered_population') }} as poverty_rate,
    '{{ var("data_origin") }}' as data_origin
from villages
inner join {{ ref('dim_period') }} as periods on villages.period = periods.period
inner join {{ ref('dim_place') }} as places on villages.village_code = places.division_code
left join {{ ref('fct_village_status') }} as statuses
    on villages.period = statuses.period
    and villages.village_code = statuses.village_code
left join {{ ref('fct_village_profile') }} as profiles
    on villages.period = profiles.period
    and villages.village_code = profiles.village_code
left join incomes
    on villages.period = incomes.period
    and villages.village_code = incomes.village_code
left join registers
    on villages.period = registers.period
    and villages.village_code = registers.village_code
left join designations on villages.village_code = designations.village_code
