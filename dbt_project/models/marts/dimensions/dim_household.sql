with ranked as (
    select
        household_code,
        village_code,
        head_token,
        identified_on,
        identification_standard,
        household_attribute,
        min(period) over (partition by household_code) as first_period,
        max(period) over (partition by household_code) as last_period,
        row_number() over (partition by household_code order by period desc) as recency
    from {{ ref('int_household_state') }}
    where claim_rank = 1
)

select
    household_code,
    village_code,
    substr(village_code, 1, 9) as township_code,
    substr(village_code, 1, 6) as county_code,
    head_token,
    identified_on,
    identification_standard,
    household_attribute,
    first_period,
    last_period
from ranked
where recency = 1
