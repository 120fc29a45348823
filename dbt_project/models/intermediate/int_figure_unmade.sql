-- Figures that no row makes: who answered and listed nothing has none of it, which is zero; where nobody answered who
-- had to, there is no value. A share of nothing is no figure.
with made as (
    select distinct
        indicator,
        map_edition,
        division_code,
        period
    from {{ ref('int_indicator_value') }}
),

-- What is compared with a year-end before is unknown of the whole city in the first period, so it is no zero of a part.
unknown as (
    select
        indicator,
        map_edition,
        period
    from {{ ref('int_indicator_value') }}
    where
        division_level = 'city'
        and numerator is null
)

select
    answers.indicator,
    answers.map_edition,
    answers.division_level,
    answers.division_code,
    answers.period,
    cast(case when answers.answer = 'answered' and unknown.indicator is null then 0 end as decimal(24, 6)) as numerator,
    cast(null as decimal(24, 6)) as denominator
from {{ ref('int_figure_answer') }} as answers
inner join {{ ref('indicator_formula') }} as formulas on answers.indicator = formulas.indicator
left join made
    on answers.indicator = made.indicator
    and answers.map_edition = made.map_edition
    and answers.division_code = made.division_code
    and answers.period = made.period
left join unknown
    on answers.indicator = unknown.indicator
    and answers.map_edition = unknown.map_edition
    and answers.period = unknown.period
where
    made.indicator is null
    and (
        answers.answer = 'not returned'
        or (answers.answer = 'answered' and formulas.denominator_name is null)
    )
