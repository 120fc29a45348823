with ranked as (
    select
        enterprise_code,
        enterprise_name,
        min(period) over (partition by enterprise_code) as first_period,
        max(period) over (partition by enterprise_code) as last_period,
        row_number() over (
            partition by enterprise_code
            order by period desc, enterprise_name asc, submitter_code asc
        ) as recency
    from {{ ref('int_fostering_state') }}
    where claim_rank = 1
)

select
    enterprise_code,
    enterprise_name,
    first_period,
    last_period
from ranked
where recency = 1
