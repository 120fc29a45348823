select
    urban.period,
    urban.member_code,
    urban.urban_household_code,
    urban.submitter_code as urban_submitter_code,
    rural.person_code,
    rural.household_code,
    {{ county_of('rural.household_code') }} as county_code,
    rural.submitter_code as rural_submitter_code,
    rural.is_poor
from {{ ref('int_urban_person') }} as urban
inner join {{ ref('int_person_state') }} as rural
    on urban.period = rural.period
    and urban.person_key = rural.person_key
where urban.is_in_programme
