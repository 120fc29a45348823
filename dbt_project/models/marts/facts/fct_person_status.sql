select
    persons.period,
    persons.carried_from,
    persons.person_code,
    persons.person_key,
    persons.key_rank = 1 as is_counted,
    persons.household_code,
    persons.village_code,
    substr(persons.village_code, 1, 9) as township_code,
    substr(persons.village_code, 1, 6) as county_code,
    persons.submitter_code,
    persons.poverty_status,
    persons.is_poor,
    persons.relation,
    persons.sex,
    persons.person_age_years as age_years,
    bands.name as age_band,
    persons.person_id_sex as id_sex,
    persons.person_id_county_code as id_county_code,
    persons.ethnicity,
    persons.education,
    persons.school_status,
    persons.health,
    persons.labour_ability,
    persons.work_place,
    persons.work_months,
    persons.critical_illness_insurance,
    persons.membership_change,
    persons.is_carried,
    persons.submission_id,
    persons.sheet,
    persons.row_number,
    persons.received_at
from {{ ref('int_person_state') }} as persons
left join {{ ref('age_band') }} as bands
    on persons.person_age_years >= bands.lower_age
    and persons.person_age_years < bands.upper_age
    and bands.scheme = 'education'
