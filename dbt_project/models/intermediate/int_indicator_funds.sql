{{ config(materialized="view") }}

with funds as (
    select
        period,
        fund_code,
        substr(fund_code, 1, 9) as place_code,
        case when fund_level = 'village' then village_code else substr(fund_code, 1, 9) end as fund_place,
        fund_amount_yuan,
        guaranteed_outstanding_yuan
    from {{ ref('int_fund_state') }}
    where claim_rank = 1
),

rolled as (
    select
        places.map,
        places.division_level,
        places.division_code,
        funds.period,
        count(*) as funds,
        count(distinct funds.fund_place) as places,
        sum(funds.fund_amount_yuan) as amount,
        sum(funds.guaranteed_outstanding_yuan) as outstanding
    from funds
    inner join {{ ref('int_place_rollup') }} as places on funds.place_code = places.place_code
    group by places.map, places.division_level, places.division_code, funds.period
)

{{ indicator_figures('rolled', [
    ('funds', 'funds'),
    ('fund_places', 'places'),
    ('fund_amount', 'amount'),
    ('fund_outstanding', 'outstanding'),
    ('leverage', 'outstanding', 'amount'),
]) }}
