{# Rows of each submitter's last return within a group (all time, a year), as known on the day: what ledgers and lists by
   year are made of. #}
{% macro last_return_rows(form, period, within) -%}
with returned as (
    select
        submitter_code,
        period,
        row_number() over (partition by {{ within }} order by {{ period }} desc) as recency
    from {{ ref('int_return') }}
    where form = '{{ form }}'
),

latest as (
    select {{ last_day_of_period('max(period)') }} as last_day
    from {{ ref('int_return') }}
),

known as (
    select
        submission_id,
        submitter_code,
        period,
        received_at,
        sheet,
        row_number,
        is_carried,
{{ form_columns(form) }}
    from {{ ref('stg_' ~ form) }}
    where {{ known_on_day() }}
)

select
    known.submission_id,
    known.submitter_code,
    known.period,
    known.received_at,
    known.sheet,
    known.row_number,
    known.is_carried,
{{ form_columns(form, 'known.') }}
from known
inner join returned
    on known.submitter_code = returned.submitter_code
    and known.period = returned.period
cross join latest
where
    returned.recency = 1
    and {{ has_begun(form, 'latest.last_day', 'known.') }}
{%- endmacro %}
