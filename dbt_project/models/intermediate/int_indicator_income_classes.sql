{{ config(materialized="view") }}

-- Kinds of income and of transfers: how many households have one, and the mean over those that have it.
{% set kinds = income_kinds().splitlines() %}
with by_place as (
    select
        incomes.period,
        incomes.place_code,
        count(*) as households
        {% for line in kinds %}
            {% set kind, amount = line.split() %}
            ,
            count(case when incomes.{{ amount }} > 0 then 1 end) as {{ kind }}_households,
            sum(case when incomes.{{ amount }} > 0 then incomes.{{ amount }} else 0 end) as {{ kind }}_yuan
        {% endfor %}
    from {{ ref('int_household_income') }} as incomes
    inner join {{ ref('int_period') }} as periods
        on incomes.period = periods.period
        and incomes.income_year = periods.calendar_year
    group by incomes.period, incomes.place_code
),

rolled as (
    select
        places.map_edition,
        places.division_level,
        places.division_code,
        by_place.period,
        sum(by_place.households) as households
        {% for line in kinds %}
            {% set kind = line.split()[0] %}
            ,
            sum(by_place.{{ kind }}_households) as {{ kind }}_households,
            sum(by_place.{{ kind }}_yuan) as {{ kind }}_yuan
        {% endfor %}
    from by_place
    inner join {{ ref('int_place_rollup') }} as places on by_place.place_code = places.place_code
    group by places.map_edition, places.division_level, places.division_code, by_place.period
)

{% for line in kinds %}
    {% set kind = line.split()[0] %}
    {{ indicator_figures('rolled', [
        ('income_share_' ~ kind, kind ~ '_households', 'households'),
        ('income_mean_' ~ kind, kind ~ '_yuan', kind ~ '_households'),
    ]) }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
