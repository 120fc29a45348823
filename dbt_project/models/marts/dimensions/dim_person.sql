with ranked as (
    select
        person_key,
        household_code,
        sex,
        id_sex,
        id_county_code,
        age_band,
        min(period) over (partition by person_key) as first_period,
        max(period) over (partition by person_key) as last_period,
        row_number() over (partition by person_key order by period desc, person_code asc) as recency
    from {{ ref('fct_person_status') }}
)

select
    person_key,
    household_code,
    {{ county_of('household_code') }} as county_code,
    sex,
    id_sex,
    id_county_code,
    age_band,
    first_period,
    last_period
from ranked
where recency = 1
