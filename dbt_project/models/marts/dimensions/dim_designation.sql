with ranked as (
    select
        *,
        row_number() over (partition by place_code, designation order by period desc) as recency
    from {{ ref('int_designation_state') }}
    where claim_rank = 1
)

select
    place_code,
    designation,
    case length(place_code) when 6 then 'county' when 9 then 'township' else 'village' end as division_level,
    substr(place_code, 1, 6) as county_code,
    designated_from,
    designated_to,
    period as last_listed_period,
    named_by_source,
    submission_id,
    sheet,
    row_number
from ranked
where recency = 1
