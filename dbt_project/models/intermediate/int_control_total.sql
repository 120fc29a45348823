-- The last statement of every official figure, beside ours; ours is null where we have none. A figure stands until it
-- is stated anew: a return that no longer lists it does not take it back.
with known as (
    select
        submission_id,
        submitter_code,
        period,
        received_at,
        sheet,
        row_number,
        is_carried,
        division_code,
        indicator_name,
        figure_period,
        source_kind,
        figure_value,
        figure_unit,
        rounding_unit,
        source_document,
        published_on
    from {{ ref('stg_control_totals') }}
    where {{ known_on_day() }}
),

-- What a nil return says is zero is a figure of ours as well.
figures as (
    select
        indicator,
        map_edition,
        division_code,
        period,
        numerator,
        denominator
    from {{ ref('int_indicator_value') }}
    union all
    select
        indicator,
        map_edition,
        division_code,
        period,
        numerator,
        denominator
    from {{ ref('int_figure_unmade') }}
    where numerator is not null
),

defined as (
    select
        known.*,
        definitions.indicator,
        definitions.unit,
        row_number() over (
            partition by known.division_code, definitions.indicator, known.figure_period, known.source_kind
            order by known.period desc, known.received_at desc, known.row_number asc
        ) as recency
    from known
    inner join {{ ref('indicator_definition') }} as definitions
        on
        known.indicator_name = definitions.indicator
        or known.indicator_name = definitions.name
)

select
    latest.division_code,
    latest.indicator,
    latest.figure_period,
    latest.source_kind,
    latest.source_document,
    latest.published_on,
    latest.figure_unit,
    latest.figure_value,
    cast(
        coalesce(
            latest.rounding_unit,
            -- Else the last decimal that was written.
            {% for places in range(6) %}
                case
                    when latest.figure_value = round(latest.figure_value, {{ places }})
                        then {{ '1' if places == 0 else '0.' ~ '0' * (places - 1) ~ '1' }}
                end,
            {% endfor %}
            0.000001
        ) as decimal(24, 6)
    ) as rounding_unit,
    case
        when ours.denominator is null then ours.numerator
        else {{ safe_divide('ours.numerator', 'ours.denominator') }}
    end as our_value,
    latest.period,
    latest.submitter_code,
    latest.is_carried,
    latest.submission_id,
    latest.sheet,
    latest.row_number,
    latest.received_at
from defined as latest
left join figures as ours
    on latest.indicator = ours.indicator
    and latest.division_code = ours.division_code
    and latest.figure_period = ours.period
    -- What is counted otherwise cannot be compared.
    and latest.figure_unit = latest.unit
    and ours.map_edition = '2017'
where latest.recency = 1
