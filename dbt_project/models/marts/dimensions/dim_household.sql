with stated as (
    select
        household_code,
        village_code,
        head_token,
        identified_on,
        identification_standard,
        household_attribute,
        period
    from {{ ref('int_household_state') }}
    where claim_rank = 1
),

withdrawn as (
    -- What happened to a household stays when all that told of it was withdrawn, and so does the household.
    select
        versions.*,
        row_number() over (
            partition by versions.household_code
            order by
                versions.period desc, versions.known_from desc,
                versions.submission_id asc, versions.sheet asc, versions.row_number asc
        ) as recency
    from {{ ref('stg_households') }} as versions
    left join stated on versions.household_code = stated.household_code
    where
        versions.known_from <= cast('{{ var("known_on") }}' as timestamp)
        and stated.household_code is null
),

households as (
    select * from stated
    union all
    select
        household_code,
        village_code,
        head_token,
        identified_on,
        identification_standard,
        household_attribute,
        period
    from withdrawn
    where recency = 1
),

ranked as (
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
    from households
)

select
    ranked.household_code,
    ranked.village_code,
    substr(ranked.village_code, 1, 9) as township_code,
    substr(ranked.village_code, 1, 6) as county_code,
    coalesce(continuity.origin_household_code, ranked.household_code) as origin_household_code,
    ranked.head_token,
    ranked.identified_on,
    ranked.identification_standard,
    ranked.household_attribute,
    ranked.first_period,
    ranked.last_period
from ranked
left join {{ ref('int_household_continuity') }} as continuity on ranked.household_code = continuity.household_code
where ranked.recency = 1
