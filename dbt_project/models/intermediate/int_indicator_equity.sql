{{ config(materialized="view") }}

with cooperatives as (
    select
        period,
        village_code as place_code,
        count(*) as cooperatives
    from {{ ref('fct_cooperative') }}
    group by period, village_code
),

holdings as (
    select
        period,
        village_code as place_code,
        sum(case when holder_kind = 'household_group' then amount_yuan else 0 end) as household_yuan,
        sum(case when holder_kind = 'village_collective' then amount_yuan else 0 end) as village_yuan
    from {{ ref('fct_equity_holding') }}
    group by period, village_code
),

dividends as (
    -- Cumulative by the entries' own days: what is declared by the end of a period, and paid by then.
    select
        periods.period,
        dividends.village_code as place_code,
        sum(
            case
                when dividends.beneficiary_kind <> 'household' then dividends.due_yuan
                else 0
            end
        ) as due_yuan,
        sum(
            case
                when dividends.beneficiary_kind <> 'household' and dividends.paid_on <= periods.last_day
                    then dividends.paid_yuan
                else 0
            end
        ) as paid_yuan
    from {{ ref('int_period') }} as periods
    inner join {{ ref('fct_dividend') }} as dividends on periods.last_day >= dividends.declared_on
    group by periods.period, dividends.village_code
),

amounts as (
    {% for source, name, amount in [
        ('cooperatives', 'cooperatives', 'cooperatives'),
        ('holdings', 'poor_household_equity', 'household_yuan'),
        ('holdings', 'village_equity', 'village_yuan'),
        ('dividends', 'dividends_due', 'due_yuan'),
        ('dividends', 'dividends_paid', 'paid_yuan'),
    ] %}
        select
            '{{ name }}' as indicator,
            places.map_edition,
            places.division_level,
            places.division_code,
            amounts.period,
            cast(sum(amounts.{{ amount }}) as decimal(24, 6)) as amount
        from {{ source }} as amounts
        inner join {{ ref('int_place_rollup') }} as places on amounts.place_code = places.place_code
        group by places.map_edition, places.division_level, places.division_code, amounts.period
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    indicator,
    map_edition,
    division_level,
    division_code,
    period,
    amount as numerator,
    cast(null as decimal(24, 6)) as denominator
from amounts
union all
select
    'dividend_paid_rate' as indicator,
    due.map_edition,
    due.division_level,
    due.division_code,
    due.period,
    paid.amount as numerator,
    due.amount as denominator
from amounts as due
inner join amounts as paid
    on due.map_edition = paid.map_edition
    and due.division_level = paid.division_level
    and due.division_code = paid.division_code
    and due.period = paid.period
where
    due.indicator = 'dividends_due'
    and paid.indicator = 'dividends_paid'
