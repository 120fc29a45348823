-- Coverage of the indicators that rest on several forms: a township returned as much as the least returned of them.
with several as (
    select distinct indicator
    from {{ ref('indicator_form') }}
),

shares as (
    select
        period,
        form,
        township_code,
        {{ safe_divide('sum(case when is_returned then weight else 0 end)', 'sum(weight)') }} as returned_share,
        sum(weight) as weight
    from {{ ref('int_obligation_area') }}
    group by period, form, township_code
),

townships as (
    select
        shares.period,
        several.indicator,
        shares.township_code,
        min(shares.returned_share) as returned_share,
        max(shares.weight) as weight
    from several
    inner join {{ ref('int_figure_form') }} as needs on several.indicator = needs.indicator
    inner join shares on needs.form = shares.form
    group by shares.period, several.indicator, shares.township_code
)

select
    places.map_edition,
    places.division_level,
    places.division_code,
    townships.period,
    townships.indicator,
    {{ safe_divide('sum(townships.returned_share * townships.weight)', 'sum(townships.weight)') }} as coverage
from townships
inner join {{ ref('int_place_rollup') }} as places on townships.township_code = places.place_code
group by
    places.map_edition, places.division_level, places.division_code, townships.period, townships.indicator
