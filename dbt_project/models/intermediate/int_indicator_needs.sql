{{ config(materialized="view") }}

with needs as (
    {{ answered_rows(ref('int_need_measure'), ['assistance_measures']) }}
),

rolled as (
    select
        places.map,
        places.division_level,
        places.division_code,
        needs.period,
        count(*) as households,
        count(case when needs.answering_measures > 0 then 1 end) as with_answer
    from needs
    inner join {{ ref('int_place_rollup') }} as places on needs.place_code = places.place_code
    group by places.map, places.division_level, places.division_code, needs.period
)

{{ indicator_figures('rolled', [
    ('need_answered_share', 'with_answer', 'households'),
    ('households_without_answer', 'households - with_answer'),
]) }}
