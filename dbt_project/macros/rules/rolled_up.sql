{# The rows of a relation, called counted, gathered for every division that holds their place, on both maps: one row a
   division and period, and a value of each column named in `by`. What is counted or summed of them is the body of the
   call; `where` leaves rows out, or divisions (places). A row without a known place is in no division. #}
{% macro rolled_up(relation, by=[], place='place_code', where=none) -%}
select
    places.map_edition,
    places.division_level,
    places.division_code,
    counted.period,
    {%- for column in by %}
    counted.{{ column }},
    {%- endfor %}
    {{ caller() }}
from {{ relation }} as counted
inner join {{ ref('int_place_rollup') }} as places on counted.{{ place }} = places.place_code
{%- if where %}
where {{ where }}
{%- endif %}
group by
    places.map_edition,
    places.division_level,
    places.division_code,
    counted.period
    {%- for column in by %},
    counted.{{ column }}
    {%- endfor %}
{%- endmacro %}
