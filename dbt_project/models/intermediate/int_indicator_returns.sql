{{ config(materialized="view") }}

with obligations as (
    select
        *,
        state in ('received', 'nothing') as is_received,
        state in ('received', 'nothing') and not is_late as is_on_time
    from {{ ref('int_obligation') }}
),

rolled as (
    {% call rolled_up('obligations', place='area_code') %}
        count(case when counted.is_due then 1 end) as owed,
        count(case when counted.is_due and counted.is_received then 1 end) as received,
        count(case when counted.is_due and counted.is_on_time then 1 end) as on_time,
        count(case when counted.verdict = 'accepted' then 1 end) as accepted,
        count(case when counted.verdict = 'partly accepted' then 1 end) as partly_accepted,
        count(case when counted.verdict = 'rejected' then 1 end) as rejected
    {% endcall %}
)

{{ indicator_figures('rolled', [
    ('returns_owed', 'owed'),
    ('returns_received', 'received'),
    ('returns_accepted', 'accepted'),
    ('returns_partly_accepted', 'partly_accepted'),
    ('returns_rejected', 'rejected'),
    ('returns_received_share', 'received', 'owed'),
    ('returns_on_time_share', 'on_time', 'owed'),
]) }}
