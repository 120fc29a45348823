with named as (
    -- A cooperative whose own row is held has a row here too: its holdings may stand.
    select cooperative_code
    from {{ ref('int_cooperative_state') }}
    union
    select cooperative_code
    from {{ ref('int_equity_holding_state') }}
    union
    select substr(group_code, 1, 14) as cooperative_code
    from {{ ref('int_equity_member_state') }}
    union
    select cooperative_code
    from {{ ref('int_distribution') }}
    union
    select substr(distribution_code, 1, 14) as cooperative_code
    from {{ ref('int_dividend') }}
),

ranked as (
    select
        cooperative_code,
        cooperative_name,
        founded_on,
        registered_capital_yuan,
        poverty_fund_yuan,
        member_count,
        min(period) over (partition by cooperative_code) as first_period,
        max(period) over (partition by cooperative_code) as last_period,
        row_number() over (partition by cooperative_code order by period desc) as recency
    from {{ ref('int_cooperative_state') }}
    where claim_rank = 1
)

select
    named.cooperative_code,
    ranked.cooperative_name,
    substr(named.cooperative_code, 1, 12) as village_code,
    substr(named.cooperative_code, 1, 9) as township_code,
    substr(named.cooperative_code, 1, 6) as county_code,
    ranked.founded_on,
    ranked.registered_capital_yuan,
    ranked.poverty_fund_yuan,
    ranked.member_count,
    ranked.first_period,
    ranked.last_period
from named
left join ranked
    on named.cooperative_code = ranked.cooperative_code
    and ranked.recency = 1
