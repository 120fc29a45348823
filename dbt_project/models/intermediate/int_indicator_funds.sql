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
    {% call rolled_up('funds') %}
        count(*) as funds,
        count(distinct counted.fund_place) as places,
        sum(counted.fund_amount_yuan) as amount,
        sum(counted.guaranteed_outstanding_yuan) as outstanding
    {% endcall %}
)

{{ indicator_figures('rolled', [
    ('funds', 'funds'),
    ('fund_places', 'places'),
    ('fund_amount', 'amount'),
    ('fund_outstanding', 'outstanding'),
    ('leverage', 'outstanding', 'amount'),
]) }}
