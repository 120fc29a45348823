with known as (
    select *
    from {{ ref('stg_households') }}
    where {{ known_on_day() }}
),

stated as (
    select
        carried.period,
        carried.source_period,
        known.submission_id,
        known.submitter_code,
        known.received_at,
        known.sheet,
        known.row_number,
        known.is_carried,
        known.village_code,
        known.village_group,
        known.household_code,
        known.head_token,
        known.head_age_years,
        known.head_id_sex,
        known.head_id_county_code,
        known.person_count,
        known.poverty_status,
        known.exit_year,
        known.identified_on,
        known.household_attribute,
        known.identification_standard,
        known.main_cause,
        known.other_causes,
        known.dangerous_housing,
        known.safe_water,
        known.housing_area_m2,
        known.farmland_area_mu,
        known.forest_area_mu,
        known.entry_road,
        known.cooperative_member,
        known.has_helper
    from {{ ref('int_carried_return') }} as carried
    inner join known
        on carried.submitter_code = known.submitter_code
        and carried.source_period = known.period
    where carried.form = 'households'
)

select
    period,
    case when source_period <> period then source_period end as carried_from,
    submission_id,
    submitter_code,
    received_at,
    sheet,
    row_number,
    is_carried,
    village_code,
    village_group,
    household_code,
    head_token,
    head_age_years,
    head_id_sex,
    head_id_county_code,
    person_count,
    poverty_status,
    exit_year,
    identified_on,
    household_attribute,
    identification_standard,
    main_cause,
    other_causes,
    dangerous_housing,
    safe_water,
    housing_area_m2,
    farmland_area_mu,
    forest_area_mu,
    entry_road,
    cooperative_member,
    has_helper,
    {{ claim_rank('household_code', "household_code") }} as claim_rank
from stated
