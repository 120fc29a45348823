-- Guarantee funds with their names and the multiple of the fund that they guarantee.
with funds as (
    {{ with_code_names(ref('fct_guarantee_fund'), {'fund_level': 'fund_level'}) }}
),

named as (
    {{ with_code_names(ref('dim_fund'), {'bank': 'bank'}) }}
),

measured as (
    select
        *,
        {{ divide('guaranteed_outstanding_yuan', 'fund_amount_yuan') }} as leverage,
        {{ divide('cumulative_guaranteed_yuan', 'fund_amount_yuan') }} as leverage_cumulative
    from funds
)

select
    measured.period,
    periods.last_day as period_end,
    periods.period_name,
    measured.fund_code,
    named.fund_name,
    measured.fund_level,
    measured.fund_level_name,
    measured.place_code,
    places.short_name as place_name,
    measured.township_code,
    places.township_name,
    measured.county_code,
    places.county_name,
    named.bank,
    named.bank_name,
    measured.founded_on,
    measured.fund_amount_yuan,
    measured.guaranteed_outstanding_yuan,
    measured.cumulative_guaranteed_yuan,
    measured.compensated_yuan,
    round(measured.leverage, 2) as leverage,
    round(measured.leverage_cumulative, 2) as leverage_cumulative,
    measured.leverage_limit,
    coalesce(measured.leverage > measured.leverage_limit, false) as is_over_limit,
    measured.carried_from,
    '{{ var("data_origin") }}' as data_origin
from measured
inner join {{ ref('dim_period') }} as periods on measured.period = periods.period
left join named on measured.fund_code = named.fund_code
left join {{ ref('dim_place') }} as places on measured.place_code = places.division_code
