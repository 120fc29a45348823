-- Registered persons with names beside their codes, and what their household is in need by.
with persons as (
    {{ with_code_names(ref('fct_person_status'), {
        'poverty_status': 'poverty_status',
        'relation': 'relation',
        'sex': 'sex',
        'ethnicity': 'ethnicity',
        'education': 'education',
        'school_status': 'school_status',
        'labour_ability': 'labour_ability',
        'work_place': 'work_place',
        'membership_change': 'membership_change',
    }) }}
),

health as (
    {{ several_code_names(ref('fct_person_status'), 'health', 'health') }}
)

select
    persons.period,
    periods.last_day as period_end,
    periods.period_name,
    persons.person_code,
    persons.household_code,
    persons.is_counted,
    persons.village_code,
    places.short_name as village_name,
    persons.township_code,
    places.township_name,
    persons.county_code,
    places.county_name,
    persons.poverty_status,
    persons.poverty_status_name,
    persons.is_poor,
    households.main_cause,
    causes.code_name as main_cause_name,
    persons.relation,
    persons.relation_name,
    persons.sex,
    persons.sex_name,
    persons.age_years,
    persons.age_band,
    bands.lower_age as age_band_order,
    persons.ethnicity,
    persons.ethnicity_name,
    persons.education,
    persons.education_name,
    persons.school_status,
    persons.school_status_name,
    persons.health,
    health.names as health_names,
    persons.labour_ability,
    persons.labour_ability_name,
    persons.work_place,
    persons.work_place_name,
    persons.work_months,
    coalesce(persons.critical_illness_insurance, false) as has_critical_illness_insurance,
    persons.membership_change,
    persons.membership_change_name,
    persons.carried_from,
    '{{ var("data_origin") }}' as data_origin
from persons
inner join {{ ref('dim_period') }} as periods on persons.period = periods.period
left join {{ ref('dim_place') }} as places on persons.village_code = places.division_code
left join {{ ref('age_band') }} as bands
    on persons.age_band = bands.name
    and bands.scheme = 'education'
left join health on persons.health = health.cell
left join {{ ref('fct_poverty_status') }} as households
    on persons.period = households.period
    and persons.household_code = households.household_code
left join {{ ref('dim_code') }} as causes
    on households.main_cause = causes.code
    and causes.code_list = 'poverty_cause'
