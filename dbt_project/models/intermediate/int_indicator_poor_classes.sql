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

families as (
    {% for family in families %}
        select '{{ family }}' as family
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

classed as (
    select
        persons.period,
        persons.place_code,
        families.family,
        case families.family
            {% for family, source_column in families.items() %}
                when '{{ family }}' then persons.{{ source_column }}
            {% endfor %}
        end as class
    from persons
    cross join families
),

by_place as (
    select
        period,
        place_code,
        family,
        class,
        count(*) as persons
    from classed
    group by period, place_code, family, class
),

rolled as (
    select
        places.map_edition,
        places.division_level,
        places.division_code,
        by_place.period,
        by_place.family,
        by_place.class,
        sum(by_place.persons) as persons
    from by_place
    inner join {{ ref('int_place_rollup') }} as places on by_place.place_code = places.place_code
    group by
        places.map_edition,
        places.division_level,
        places.division_code,
        by_place.period,
        by_place.family,
        by_place.class
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
)

select
    'poor_persons_' || classes.family || '_' || classes.class as indicator,
    rolled.map_edition,
    rolled.division_level,
    rolled.division_code,
    rolled.period,
    cast(sum(
        case when ',' || rolled.class || ',' like '%,' || classes.class || ',%' then rolled.persons else 0 end
    ) as decimal(24, 6)) as numerator,
    cast(sum(rolled.persons) as decimal(24, 6)) as denominator
from rolled
inner join classes on rolled.family = classes.family
group by
    rolled.map_edition, rolled.division_level, rolled.division_code, rolled.period, classes.family, classes.class
