-- The poor population by attribute, age, health, labour, education and status. Each person is counted once in the
-- city, where the first claim stands. The classes of a family add up to its total, except those of health: who has two
-- conditions is in both.
{% set families = {
    'attribute': 'household_attribute',
    'age': 'age_class',
    'health': 'health',
    'labour': 'labour_ability',
    'education': 'education',
    'status': 'poverty_status',
} %}
with persons as (
    select
        persons.period,
        persons.village_code as place_code,
        households.household_attribute,
        cast(bands.lower_age as string) as age_class,
        persons.health,
        persons.labour_ability,
        persons.education,
        persons.poverty_status
    from {{ ref('fct_person_status') }} as persons
    inner join {{ ref('fct_poverty_status') }} as households
        on persons.period = households.period
        and persons.household_code = households.household_code
    left join {{ ref('age_band') }} as bands
        on persons.age_years >= bands.lower_age
        and persons.age_years < bands.upper_age
        and bands.scheme = 'education'
    where
        persons.is_counted
        and persons.is_poor
),

by_place as (
    {% for family, source_column in families.items() %}
        select
            period,
            place_code,
            '{{ family }}' as family,
            {{ source_column }} as class,
            count(*) as persons
        from persons
        group by period, place_code, {{ source_column }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

rolled as (
    select
        places.map,
        places.division_level,
        places.division_code,
        by_place.period,
        by_place.family,
        by_place.class,
        sum(by_place.persons) as persons
    from by_place
    inner join {{ ref('int_place_rollup') }} as places on by_place.place_code = places.place_code
    group by
        places.map, places.division_level, places.division_code, by_place.period, by_place.family, by_place.class
),

totals as (
    select
        map,
        division_level,
        division_code,
        period,
        family,
        sum(persons) as persons
    from rolled
    group by map, division_level, division_code, period, family
),

classes as (
    select
        'attribute' as family,
        code as class
    from {{ ref('code_household_attribute') }}
    union all
    select
        'age' as family,
        cast(lower_age as string) as class
    from {{ ref('age_band') }}
    where scheme = 'education'
    union all
    select
        'health' as family,
        code as class
    from {{ ref('code_health') }}
    union all
    select
        'labour' as family,
        code as class
    from {{ ref('code_labour_ability') }}
    union all
    select
        'education' as family,
        code as class
    from {{ ref('code_education') }}
    union all
    select
        'status' as family,
        code as class
    from {{ ref('code_poverty_status') }}
    where {{ is_poor('code') }}
),

of_class as (
    select
        rolled.map,
        rolled.division_level,
        rolled.division_code,
        rolled.period,
        rolled.family,
        classes.class,
        sum(rolled.persons) as persons
    from rolled
    inner join classes
        on rolled.family = classes.family
        and ',' || rolled.class || ',' like '%,' || classes.class || ',%'
    group by
        rolled.map, rolled.division_level, rolled.division_code, rolled.period, rolled.family, classes.class
)

select
    'poor_persons_' || classes.family || '_' || classes.class as indicator,
    totals.map,
    totals.division_level,
    totals.division_code,
    totals.period,
    cast(coalesce(of_class.persons, 0) as decimal(24, 6)) as numerator,
    cast(totals.persons as decimal(24, 6)) as denominator
from totals
inner join classes on totals.family = classes.family
left join of_class
    on totals.map = of_class.map
    and totals.division_level = of_class.division_level
    and totals.division_code = of_class.division_code
    and totals.period = of_class.period
    and totals.family = of_class.family
    and classes.class = of_class.class
