-- Forms that the span of an indicator is told from: those that any column of it is read from can move it; of those that
-- it is defined by, a row is a unit that it may count.
with defined as (
    select
        indicator,
        form
    from {{ ref('indicator_definition') }}
    where form is not null
    union distinct
    select
        indicator,
        form
    from {{ ref('indicator_form') }}
    union distinct
    select
        indicator,
        form
    from {{ ref('span_form') }}
),

read_forms as (
    select
        indicator,
        form
    from {{ ref('indicator_column') }}
    union distinct
    select
        indicator,
        form
    from defined
)

select
    definitions.indicator,
    read_forms.form,
    definitions.span,
    definitions.span_returns,
    defined.form is not null as is_counted
from {{ ref('indicator_definition') }} as definitions
inner join read_forms on definitions.indicator = read_forms.indicator
left join defined
    on read_forms.indicator = defined.indicator
    and read_forms.form = defined.form
where definitions.span is not null
