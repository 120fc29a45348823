-- How a household came into a population, stayed in it or left it: each kind of flow once, and what none explains.
{% set populations = [
    ('registered', 'was_registered', 'is_registered'),
    ('poor', 'was_poor', 'is_poor'),
] %}
with placed as (
    {% for population, before, after in populations %}
        select
            '{{ population }}' as population,
            {{ before }} as opening_households,
            {{ after }} as closing_households,
            *
        from {{ ref('int_household_step') }}
        where
            {{ before }} = 1
            or {{ after }} = 1
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

named as (
    select
        *,
        case
            when opening_households = 1 and closing_households = 1 then 'stayed'
            when closing_households = 1 and population = 'poor' and was_registered = 1
                then case when status_after = '3' then 'returned' else 'residual' end
            when closing_households = 1 and came_by_split = 1 then 'split'
            when closing_households = 1 and was_recognised = 1 then 'entered'
            when closing_households = 1 then 'residual'
            when population = 'poor' and is_registered = 1 then 'exited'
            when left_by_merger = 1 then 'merged'
            when was_ended = 1 then 'removed'
            else 'residual'
        end as flow
    from placed
),

counted as (
    select
        *,
        opening_households * persons_before as opening_persons,
        closing_households * persons_after as closing_persons,
        -- Whoever came by a merger may be recorded as moved in too: nobody is explained twice.
        case
            when flow = 'stayed' then least(arrivals, recorded_arrivals + persons_joined) else 0
        end as arrivals_explained,
        case when flow = 'stayed' then least(arrivals, persons_joined) else 0 end as joined_persons,
        case when flow = 'stayed' then least(departures, persons_split_off) else 0 end as split_off_persons,
        case
            when flow = 'split' then least(persons_after, persons_brought + recorded_arrivals) else 0
        end as split_persons
    from named
),

flows as (
    select
        population,
        period,
        household_code,
        place_code,
        flow,
        opening_households,
        opening_persons,
        case when flow = 'entered' then 1 else 0 end as entered_households,
        case when flow = 'entered' then closing_persons else 0 end as entered_persons,
        case when flow = 'returned' then 1 else 0 end as returned_households,
        case when flow = 'returned' then closing_persons else 0 end as returned_persons,
        case when flow = 'exited' then 1 else 0 end as exited_households,
        case when flow = 'exited' then opening_persons else 0 end as exited_persons,
        case when flow = 'removed' then 1 else 0 end as removed_households,
        case when flow = 'removed' then opening_persons else 0 end as removed_persons,
        case when flow = 'split' then 1 when flow = 'merged' then -1 else 0 end as split_merge_households,
        case
            when flow = 'merged' then -opening_persons
            when flow = 'split' then split_persons
            else joined_persons - split_off_persons
        end as split_merge_persons,
        case
            when flow = 'stayed' then arrivals_explained - joined_persons - departures + split_off_persons
            else 0
        end as natural_persons,
        case when flow = 'stayed' then births else 0 end as born_persons,
        case when flow = 'stayed' then deaths else 0 end as died_persons,
        closing_households,
        closing_persons,
        arrivals - arrivals_explained as unexplained_arrivals,
        arrivals - recorded_arrivals as unrecorded_arrivals
    from counted
)

select
    population,
    period,
    household_code,
    place_code,
    flow,
    {% for name in [
        'opening_households', 'opening_persons', 'entered_households', 'entered_persons', 'returned_households',
        'returned_persons', 'exited_households', 'exited_persons', 'removed_households', 'removed_persons',
        'split_merge_households', 'split_merge_persons', 'natural_persons', 'born_persons', 'died_persons',
        'closing_households', 'closing_persons',
    ] %}
        cast({{ name }} as bigint) as {{ name }},
    {% endfor %}
    cast(
        closing_households - opening_households - entered_households - returned_households + exited_households
        + removed_households - split_merge_households
        as bigint
    ) as residual_households,
    cast(
        closing_persons - opening_persons - entered_persons - returned_persons + exited_persons + removed_persons
        - split_merge_persons - natural_persons
        as bigint
    ) as residual_persons,
    -- Persons can be named where nobody joined by a merger: then each who came unrecorded is unexplained.
    flow = 'stayed' and unexplained_arrivals = unrecorded_arrivals as persons_can_be_named
from flows
