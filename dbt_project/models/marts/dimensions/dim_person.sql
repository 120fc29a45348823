with ranked as (
    select
        person_key,
        household_code,
        sex,
        person_id_sex,
        person_id_county_code,
        person_age_years,
        min(period) over (partition by person_key) as first_period,
        max(period) over (partition by person_key) as last_period,
        row_number() over (partition by person_key order by period desc, person_code) as recency
    from {{ ref('int_person_state') }}
)

select
    ranked.person_key,
    ranked.household_code,
    ranked.sex,
    ranked.person_id_sex as id_sex,
    ranked.person_id_county_code as id_county_code,
    bands.name as age_band,
    ranked.first_period,
    ranked.last_period
from ranked
left join {{ ref('age_band') }} as bands
    on ranked.person_age_years >= bands.lower_age
    and ranked.person_age_years < bands.upper_age
    and bands.scheme = 'education'
where ranked.recency = 1
