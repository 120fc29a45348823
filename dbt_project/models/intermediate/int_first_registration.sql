-- Since when a household is in the register, by any return known on the day.
select
    household_code,
    min(identified_on) as registered_from
from {{ ref('stg_households') }}
where {{ known_on_day() }}
group by household_code
