with collected as (
    select
        period,
        programme,
        participation_code,
        subject_kind,
        coalesce(household_code, place_code) as subject_code,
        place_code,
        counterpart_kind,
        counterpart_township_code,
        persons_served,
        funds_yuan,
        started_on,
        ended_on,
        submitter_code,
        submission_id,
        sheet,
        row_number
    from {{ ref('int_participation_state') }}
    where claim_rank = 1
),

derived as (
    select
        period,
        programme,
        programme || '-' || subject_code as participation_code,
        subject_kind,
        subject_code,
        place_code,
        counterpart_kind,
        cast(null as string) as counterpart_township_code,
        cast(null as bigint) as persons_served,
        funds_yuan,
        started_on,
        cast(null as date) as ended_on,
        submitter_code,
        submission_id,
        sheet,
        row_number
    from {{ ref('int_participation_derived') }}
),

united as (
    select *
    from collected
    union all
    select *
    from derived
)

select
    united.period,
    united.programme,
    groups.programme_group,
    united.participation_code,
    united.subject_kind,
    united.subject_code,
    united.place_code,
    case when length(united.place_code) >= 9 then substr(united.place_code, 1, 9) end as township_code,
    substr(united.place_code, 1, 6) as county_code,
    united.counterpart_kind,
    united.counterpart_township_code,
    cast(united.persons_served as bigint) as persons_served,
    cast(united.funds_yuan as decimal(18, 2)) as funds_yuan,
    united.started_on,
    united.ended_on,
    not groups.is_collected as is_derived,
    united.submitter_code,
    united.submission_id,
    united.sheet,
    united.row_number
from united
inner join {{ ref('programme_group') }} as groups on united.programme = groups.programme
