with unexplained as (
    select
        population,
        period,
        household_code,
        place_code,
        flow,
        opening_households,
        closing_households,
        residual_households,
        residual_persons,
        persons_can_be_named
    from {{ ref('int_household_flow') }}
    where
        residual_households <> 0
        or residual_persons <> 0
),

persons as (
    select
        unexplained.population,
        unexplained.period,
        unexplained.household_code,
        unexplained.place_code,
        movements.person_code,
        cast(0 as bigint) as households,
        cast(1 as bigint) as persons,
        'person without a recorded change' as reason
    from unexplained
    inner join {{ ref('int_person_movement') }} as movements
        on unexplained.period = movements.period
        and unexplained.household_code = movements.household_code
    where
        unexplained.persons_can_be_named
        and movements.movement = 'came'
        and not movements.is_recorded
),

households as (
    select
        population,
        period,
        household_code,
        place_code,
        cast(null as string) as person_code,
        residual_households as households,
        residual_persons as persons,
        case
            when flow in ('stayed', 'split') then 'more persons than the change of households moved'
            when closing_households = 0 then 'household gone without a change or decision'
            when population = 'poor' and opening_households = 0 then 'household in poverty without entry or return'
            else 'household registered without entry'
        end as reason
    from unexplained
    where not persons_can_be_named
),

itemised as (
    select *
    from persons
    union all
    select *
    from households
)

select
    population,
    period,
    household_code,
    person_code,
    place_code,
    substr(place_code, 1, 9) as township_code,
    substr(place_code, 1, 6) as county_code,
    households,
    persons,
    reason,
    '{{ var("data_origin") }}' as data_origin
from itemised
