with ranked as (
    select
        fund_code,
        fund_name,
        fund_level,
        submitter_code,
        village_code,
        founded_on,
        bank,
        min(period) over (partition by fund_code) as first_period,
        max(period) over (partition by fund_code) as last_period,
        row_number() over (partition by fund_code order by period desc) as recency
    from {{ ref('int_fund_state') }}
    where claim_rank = 1
)

select
    fund_code,
    fund_name,
    fund_level,
    case when fund_level = 'village' then village_code else substr(fund_code, 1, 9) end as place_code,
    substr(fund_code, 1, 9) as township_code,
    substr(fund_code, 1, 6) as county_code,
    founded_on,
    bank,
    first_period,
    last_period
from ranked
where recency = 1
