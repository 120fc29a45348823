{{ config(materialized="view") }}

with rolled as (
    select
        places.map_edition,
        places.division_level,
        places.division_code,
        totals.figure_period as period,
        count(*) as compared,
        -- A figure is printed to the nearest unit it was rounded to: ours agrees if it would be printed the same.
        count(case
            when abs(totals.our_value - totals.figure_value) * 2 > totals.rounding_unit then 1
        end) as differing
    from {{ ref('int_control_total') }} as totals
    inner join {{ ref('int_place_rollup') }} as places on totals.division_code = places.place_code
    where totals.our_value is not null
    group by places.map_edition, places.division_level, places.division_code, totals.figure_period
)

{{ indicator_figures('rolled', [
    ('control_differences', 'differing'),
    ('control_difference_share', 'differing', 'compared'),
]) }}
