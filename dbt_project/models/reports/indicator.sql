with measured as (
    select
        figures.indicator,
        figures.map_edition,
        figures.division_level,
        figures.division_code,
        figures.period,
        figures.numerator,
        figures.denominator,
        case
            when figures.denominator is null then figures.numerator
            else {{ safe_divide('figures.numerator', 'figures.denominator') }}
        end as value,
        definitions.name,
        definitions.unit,
        definitions.basis,
        definitions.additivity,
        definitions.definition_version,
        formulas.numerator_name,
        formulas.denominator_name,
        -- What nobody returned is not covered, whatever was returned beside it.
        case
            when figures.numerator is null and answers.answer = 'not returned' then cast(0 as decimal(24, 6))
            else coalesce(of_several.coverage, coverages.coverage)
        end as coverage,
        coverages.rows_held,
        coverages.persons_held,
        coverages.rows_outstanding,
        coverages.persons_outstanding,
        -- What has no value rests on no row, so on none that is asked about.
        case when figures.numerator is null then 0 else coalesce(questions.rows_questioned, 0) end as rows_questioned,
        definitions.span is not null and figures.division_level <> 'village' as has_span,
        spans.span_basis,
        spans.low,
        spans.high,
        spans.low_expected,
        spans.high_expected,
        answers.answer,
        statuses.status as confirmed
    from {{ ref('int_figure') }} as figures
    inner join {{ ref('indicator_definition') }} as definitions on figures.indicator = definitions.indicator
    left join {{ ref('indicator_formula') }} as formulas on figures.indicator = formulas.indicator
    left join {{ ref('int_return_coverage') }} as coverages
        on figures.map_edition = coverages.map_edition
        and figures.division_level = coverages.division_level
        and figures.division_code = coverages.division_code
        and figures.period = coverages.period
        and definitions.form = coverages.form
    left join {{ ref('int_figure_coverage') }} as of_several
        on figures.map_edition = of_several.map_edition
        and case
            when figures.division_level = 'village' then substr(figures.division_code, 1, 9)
            else figures.division_code
        end = of_several.division_code
        and figures.period = of_several.period
        and figures.indicator = of_several.indicator
    left join {{ ref('int_figure_answer') }} as answers
        on figures.map_edition = answers.map_edition
        and figures.division_code = answers.division_code
        and figures.period = answers.period
        and figures.indicator = answers.indicator
    left join {{ ref('int_figure_questioned') }} as questions
        on figures.map_edition = questions.map_edition
        and figures.division_code = questions.division_code
        and figures.period = questions.period
        and figures.indicator = questions.indicator
    left join {{ ref('int_figure_span') }} as spans
        on figures.map_edition = spans.map_edition
        and figures.division_code = spans.division_code
        and figures.period = spans.period
        and figures.indicator = spans.indicator
    left join {{ ref('int_confirmation_status') }} as statuses
        on figures.map_edition = statuses.map_edition
        and case
            when figures.division_level = 'village' then substr(figures.division_code, 1, 9)
            else figures.division_code
        end = statuses.division_code
        and figures.period = statuses.period
        and coalesce(definitions.form, 'all') = statuses.form
    where figures.division_level <> 'village' or definitions.on_villages
)

select
    indicator,
    name,
    division_code,
    {{ county_of('division_code') }} as county_code,
    division_level,
    map_edition,
    period,
    cast(value as decimal(24, 6)) as value,
    numerator,
    denominator,
    numerator_name,
    denominator_name,
    unit,
    basis,
    additivity,
    coverage,
    rows_held,
    persons_held,
    rows_outstanding,
    persons_outstanding,
    rows_questioned,
    -- What nothing open bears on is what it is.
    case when span_basis is null and has_span then cast(value as decimal(24, 6)) else low end as low,
    case when span_basis is null and has_span then cast(value as decimal(24, 6)) else high end as high,
    low_expected,
    high_expected,
    case when span_basis is null and has_span and value is not null then 'whole' else span_basis end as span_basis,
    case
        when numerator is null and answer = 'not returned' then answer
        when numerator is null then 'not evaluated'
        else coalesce(confirmed, 'provisional')
    end as status,
    definition_version,
    '{{ var("data_origin") }}' as data_origin
from measured
