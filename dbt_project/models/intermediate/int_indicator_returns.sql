{{ config(materialized="view") }}

with obligations as (
    select
        *,
        state in ('received', 'nothing') as is_received,
        state in ('received', 'nothing') and not is_late as is_on_time
    from {{ ref('int_obligation') }}
),

rolled as (
    select
        places.map,
        places.division_level,
        places.division_code,
        obligations.period,
        count(case when obligations.is_due then 1 end) as owed,
        count(case when obligations.is_due and obligations.is_received then 1 end) as received,
        count(case when obligations.is_due and obligations.is_on_time then 1 end) as on_time,
        count(case when obligations.verdict = 'accepted' then 1 end) as accepted,
        count(case when obligations.verdict = 'partly accepted' then 1 end) as partly_accepted,
        count(case when obligations.verdict = 'rejected' then 1 end) as rejected
    from obligations
    inner join {{ ref('int_place_rollup') }} as places on obligations.area_code = places.place_code
    group by places.map, places.division_level, places.division_code, obligations.period
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
