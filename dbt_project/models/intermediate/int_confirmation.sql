-- Confirmations of the last ledger of each office, with the day each was first known: a ledger that lists a
-- confirmation again does not renew it.
with listed as (
    {{ ledger_rows('period_confirmations') }}
),

first_known as (
    select
        submitter_code,
        confirmation_code,
        min(received_at) as first_received_at
    from {{ ref('stg_period_confirmations') }}
    where received_at <= cast('{{ var("known_on") }}' as timestamp)
    group by submitter_code, confirmation_code
)

select
    listed.confirmation_code,
    listed.period,
    listed.period_confirmed,
    listed.area_code,
    listed.confirmation_level,
    listed.form_confirmed,
    listed.confirmed_on,
    listed.withdrawn_on,
    listed.withdrawal_reason,
    listed.withdrawn_on is null as is_standing,
    first_known.first_received_at,
    listed.submitter_code,
    listed.is_carried,
    listed.submission_id,
    listed.sheet,
    listed.row_number,
    listed.received_at
from listed
inner join first_known
    on listed.submitter_code = first_known.submitter_code
    and listed.confirmation_code = first_known.confirmation_code
