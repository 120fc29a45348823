with rolled as (
    select
        places.map,
        places.division_level,
        places.division_code,
        needs.period,
        needs.main_cause,
        count(*) as households,
        count(case when needs.measures > 0 then 1 end) as with_measure,
        count(case when needs.answering_measures > 0 then 1 end) as with_answer
    from {{ ref('int_need_measure') }} as needs
    inner join {{ ref('int_place_rollup') }} as places on needs.place_code = places.place_code
    where places.division_level <> 'village'
    group by places.map, places.division_level, places.division_code, needs.period, needs.main_cause
)

select
    map,
    division_level,
    division_code,
    period,
    main_cause,
    households,
    with_measure,
    with_answer,
    {{ safe_divide('with_answer', 'households') }} as answered_share,
    '{{ var("data_origin") }}' as data_origin
from rolled
