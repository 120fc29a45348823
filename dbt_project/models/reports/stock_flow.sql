{% set measures = [
    'opening_households', 'opening_persons', 'entered_households', 'entered_persons', 'returned_households',
    'returned_persons', 'exited_households', 'exited_persons', 'removed_households', 'removed_persons',
    'split_merge_households', 'split_merge_persons', 'natural_persons', 'born_persons', 'died_persons',
    'residual_households', 'residual_persons',
    'closing_households', 'closing_persons',
] %}
select
    flows.population,
    places.division_level,
    places.division_code,
    {{ county_of('places.division_code') }} as county_code,
    places.map_edition,
    flows.period,
    steps.previous_period,
    {% for measure in measures %}
        cast(sum(flows.{{ measure }}) as bigint) as {{ measure }},
    {% endfor %}
    '{{ var("data_origin") }}' as data_origin
from {{ ref('int_household_flow') }} as flows
inner join {{ ref('int_period_step') }} as steps on flows.period = steps.period
inner join {{ ref('int_place_rollup') }} as places on flows.place_code = places.place_code
where places.map_edition = '2017'
group by
    flows.population,
    places.division_level,
    places.division_code,
    places.map_edition,
    flows.period,
    steps.previous_period
