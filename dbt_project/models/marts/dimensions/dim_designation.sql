with ranked as (
    select
        *,
        row_number() over (partition by place_code, designation order by period desc) as recency
    from {{ ref('int_designation_state') }}
    where claim_rank = 1
),

latest as (
    select
        max(period) as period,
        max(last_day) as last_day
    from {{ ref('int_period') }}
)

select
    ranked.place_code,
    ranked.designation,
    case length(ranked.place_code) when 6 then 'county' when 9 then 'township' else 'village' end as division_level,
    substr(ranked.place_code, 1, 6) as county_code,
    ranked.designated_from,
    ranked.designated_to,
    ranked.period as last_listed_period,
    -- A list that is not due again stands for the periods after it, so what stands is listed for the latest one.
    latest.period is not null
    and coalesce(ranked.designated_from <= latest.last_day, false)
    and coalesce(ranked.designated_to >= latest.last_day, true) as is_current,
    ranked.named_by_source,
    ranked.submission_id,
    ranked.sheet,
    ranked.row_number
from ranked
left join latest on ranked.period = latest.period
where ranked.recency = 1
