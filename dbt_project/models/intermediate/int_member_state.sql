{{ config(materialized="view") }}

with known as (
    select *
    from {{ ref('stg_members') }}
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
        known.household_code,
        known.person_code,
        known.person_token,
        known.person_age_years,
        known.person_id_sex,
        known.person_id_county_code,
        known.relation,
        known.sex,
        known.ethnicity,
        known.education,
        known.school_status,
        known.health,
        known.labour_ability,
        known.work_place,
        known.work_months,
        known.critical_illness_insurance,
        known.membership_change
    from {{ ref('int_carried_return') }} as carried
    inner join known
        on carried.submitter_code = known.submitter_code
        and carried.source_period = known.period
    where carried.form = 'members'
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
    household_code,
    person_code,
    person_token,
    person_age_years,
    person_id_sex,
    person_id_county_code,
    relation,
    sex,
    ethnicity,
    education,
    school_status,
    health,
    labour_ability,
    work_place,
    work_months,
    critical_illness_insurance,
    membership_change,
    {{ claim_rank('person_code', "person_code") }} as claim_rank
from stated
