with rolled as (
    {% call rolled_up(ref('int_need_measure'), by=['main_cause'], where="places.division_level <> 'village'") %}
        count(*) as households,
        count(case when counted.measures > 0 then 1 end) as with_measure,
        count(case when counted.answering_measures > 0 then 1 end) as with_answer
    {% endcall %}
)

select
    map_edition,
    division_level,
    division_code,
    {{ county_of('division_code') }} as county_code,
    period,
    main_cause,
    households,
    with_measure,
    with_answer,
    {{ safe_divide('with_answer', 'households') }} as answered_share,
    '{{ var("data_origin") }}' as data_origin
from rolled
