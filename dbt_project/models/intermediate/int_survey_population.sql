-- Villages whose registers are known: the inhabitants of a township that never returned its poor are not all well off.
with inhabited as (
    {{ answered_rows(ref('int_rural_population'), ['households', 'members']) }}
),

populations as (
    select
        places.map_edition,
        places.division_level,
        places.division_code,
        populations.period,
        sum(populations.population) as population
    from inhabited as populations
    inner join {{ ref('int_place_rollup') }} as places
        on populations.place_code = places.place_code
        and places.division_level in ('city', 'county')
    group by places.map_edition, places.division_level, places.division_code, populations.period
),

-- Only persons of villages whose inhabitants are known: else the rest of the inhabitants would be counted too low.
people as (
    select
        places.map_edition,
        places.division_level,
        places.division_code,
        persons.period,
        count(distinct persons.person_key) as registered,
        count(distinct case when persons.is_poor then persons.person_key end) as poor,
        count(distinct case when not persons.is_poor then persons.person_key end) as exited
    from {{ ref('fct_person_status') }} as persons
    inner join inhabited as populations
        on persons.period = populations.period
        and persons.village_code = populations.place_code
    inner join {{ ref('int_place_rollup') }} as places
        on persons.village_code = places.place_code
        and places.division_level in ('city', 'county')
    group by places.map_edition, places.division_level, places.division_code, persons.period
)

select
    populations.map_edition,
    populations.division_level,
    populations.division_code,
    populations.period,
    populations.population,
    people.poor,
    people.exited,
    greatest(populations.population - people.registered, 0) as unregistered
from populations
inner join people
    on populations.map_edition = people.map_edition
    and populations.division_level = people.division_level
    and populations.division_code = people.division_code
    and populations.period = people.period
