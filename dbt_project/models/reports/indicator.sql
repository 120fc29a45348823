with measured as (
    select
        measured.indicator,
        measured.map,
        measured.division_level,
        measured.division_code,
        measured.period,
        measured.numerator,
        measured.denominator,
        case
            when measured.denominator is null then measured.numerator
            else {{ safe_divide('measured.numerator', 'measured.denominator') }}
        end as value,
        definitions.name,
        definitions.unit,
        definitions.basis,
        definitions.additivity,
        definitions.definition_version,
        coverages.coverage,
        coverages.rows_held,
        coverages.persons_held,
        case
            when definitions.bounds = 'persons' then coverages.persons_held
            when definitions.bounds = 'rows' then coverages.rows_held
        end as uncertain
    from {{ ref('int_indicator_value') }} as measured
    inner join {{ ref('indicator_definition') }} as definitions on measured.indicator = definitions.indicator
    left join {{ ref('int_return_coverage') }} as coverages
        on measured.map = coverages.map
        and measured.division_level = coverages.division_level
        and measured.division_code = coverages.division_code
        and measured.period = coverages.period
        and definitions.form = coverages.form
    where measured.division_level <> 'village' or definitions.on_villages
)

select
    indicator,
    name,
    division_code,
    division_level,
    map,
    period,
    cast(value as decimal(24, 6)) as value,
    numerator,
    denominator,
    unit,
    basis,
    additivity,
    coverage,
    rows_held,
    persons_held,
    -- What is held may belong to the figure or not: the span is as wide as all of it.
    case
        when denominator is null then cast(case when uncertain is not null then value end as decimal(24, 6))
        when uncertain is not null then {{ safe_divide('numerator', 'denominator + uncertain') }}
    end as low,
    case
        when denominator is null then cast(value + uncertain as decimal(24, 6))
        when uncertain is not null then {{ safe_divide('numerator + uncertain', 'denominator + uncertain') }}
    end as high,
    case when coverage >= 1 and coalesce(rows_held, 0) = 0 then 'confirmed' else 'provisional' end as status,
    definition_version,
    '{{ var("data_origin") }}' as data_origin
from measured
