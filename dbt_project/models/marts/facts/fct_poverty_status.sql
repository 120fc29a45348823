with persons as (
    select
        period,
        household_code,
        count(*) as member_count
    from {{ ref('fct_person_status') }}
    group by period, household_code
)

select
    households.period,
    households.carried_from,
    households.household_code,
    households.village_code,
    substr(households.village_code, 1, 9) as township_code,
    substr(households.village_code, 1, 6) as county_code,
    households.submitter_code,
    households.poverty_status,
    households.poverty_status as status_proposed,
    recorded.recorded_status as status_recorded,
    recorded.recorded_decision_number,
    recorded.recorded_on,
    {{ is_poor('households.poverty_status') }} as is_poor,
    transitions.previous_period,
    transitions.previous_status,
    transitions.transition,
    transitions.transition_allowed,
    households.exit_year,
    households.identified_on,
    households.identification_standard,
    households.household_attribute,
    households.main_cause,
    households.other_causes,
    households.person_count,
    coalesce(persons.member_count, 0) as member_count,
    lines.amount_yuan as line_yuan,
    coalesce(lines.verified, false) as line_verified,
    households.dangerous_housing,
    households.safe_water,
    households.housing_area_m2,
    households.farmland_area_mu,
    households.forest_area_mu,
    households.entry_road,
    households.cooperative_member,
    households.has_helper,
    households.head_token,
    households.is_carried,
    households.submission_id,
    households.sheet,
    households.row_number,
    households.received_at
from {{ ref('int_household_state') }} as households
left join {{ ref('int_poverty_transition') }} as transitions
    on households.period = transitions.period
    and households.household_code = transitions.household_code
left join {{ ref('int_recorded_status') }} as recorded
    on households.period = recorded.period
    and households.household_code = recorded.household_code
left join persons
    on households.period = persons.period
    and households.household_code = persons.household_code
left join {{ ref('int_period') }} as periods on households.period = periods.period
left join {{ ref('poverty_line') }} as lines
    on periods.calendar_year = lines.income_year
    and households.identification_standard = lines.identification_standard
where households.claim_rank = 1
