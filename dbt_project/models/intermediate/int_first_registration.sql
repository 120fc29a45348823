-- Since when a household is in the register, by any return known on the day; where all that told of it was withdrawn,
-- by what was told before. A household that split from another or moved has been in it as long as the one it comes
-- from.
with told as (
    select
        household_code,
        identified_on,
        case when {{ known_on_day() }} then identified_on end as standing_from
    from {{ ref('stg_households') }}
    where known_from <= cast('{{ var("known_on") }}' as timestamp)
),

registered as (
    select
        household_code,
        coalesce(min(standing_from), min(identified_on)) as registered_from
    from told
    group by household_code
)

select
    registered.household_code,
    least(registered.registered_from, coalesce(origins.registered_from, registered.registered_from))
        as registered_from
from registered
left join {{ ref('int_household_continuity') }} as continuity
    on registered.household_code = continuity.household_code
left join registered as origins on continuity.origin_household_code = origins.household_code
