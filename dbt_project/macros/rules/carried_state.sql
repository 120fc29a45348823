{# State of a form at every period: the rows of each submitter's last return up to it, as known on the day, that
   count by its last day.
   Adds carried_from (the period a row was returned for, null when it is this one: its submitter is silent, or the
   newer row is held) and claim_rank: 1 is the claim that facts carry where
   several submitters report one key; home is what the key's township is read from. #}
{% macro carried_state(form, key, home=none) -%}
with known as (
    select
        submission_id,
        submitter_code,
        period,
        received_at,
        sheet,
        row_number,
        is_carried,
        carried_from,
{{ form_columns(form) }}
    from {{ ref('stg_' ~ form) }}
    where {{ known_on_day() }}
),

stated as (
    select
        carried.period,
        carried.source_period,
        known.submission_id,
        known.submitter_code,
        known.received_at,
        known.sheet,
        known.row_number,
        known.is_carried,
        known.carried_from as held_from,
{{ form_columns(form, 'known.') }}
    from {{ ref('int_carried_return') }} as carried
    inner join known
        on carried.submitter_code = known.submitter_code
        and carried.source_period = known.period
    where
        carried.form = '{{ form }}'
        and {{ has_begun(form, last_day_of_period('carried.period'), 'known.') }}
)

select
    period,
    coalesce(held_from, case when source_period <> period then source_period end) as carried_from,
    submission_id,
    submitter_code,
    received_at,
    sheet,
    row_number,
    is_carried,
{{ form_columns(form) }},
    {{ claim_rank(key, home or key) }} as claim_rank
from stated
{%- endmacro %}
