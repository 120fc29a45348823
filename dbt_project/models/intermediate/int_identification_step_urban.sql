-- One application, two reviews, two notices: community and street review, community and district publish.
with steps as (
    select
        application_code,
        round,
        'application' as step,
        'household' as level,
        applied_on as started_on,
        applied_on as ended_on,
        case when community_reviewed_on is null and outcome = 'pending' then 'pending' else 'passed' end as outcome
    from {{ ref('int_urban_application') }}
    where applied_on is not null
    union all
    select
        application_code,
        round,
        'review' as step,
        'community' as level,
        community_reviewed_on as started_on,
        community_reviewed_on as ended_on,
        case
            when community_passed then 'passed'
            when not community_passed then 'rejected'
            else 'pending'
        end as outcome
    from {{ ref('int_urban_application') }}
    where community_reviewed_on is not null
    union all
    select
        application_code,
        round,
        'notice' as step,
        'community' as level,
        community_notice_from as started_on,
        community_notice_to as ended_on,
        case
            when rejected_at = 'community' then 'rejected'
            when community_notice_to is null then 'pending'
            else 'passed'
        end as outcome
    from {{ ref('int_urban_application') }}
    where community_notice_from is not null
    union all
    select
        application_code,
        round,
        'review' as step,
        'street' as level,
        street_reviewed_on as started_on,
        street_reviewed_on as ended_on,
        case
            when street_passed then 'passed'
            when not street_passed then 'rejected'
            else 'pending'
        end as outcome
    from {{ ref('int_urban_application') }}
    where street_reviewed_on is not null
    union all
    select
        application_code,
        round,
        'notice' as step,
        'district' as level,
        district_notice_from as started_on,
        district_notice_to as ended_on,
        case
            when rejected_at = 'district' then 'rejected'
            when outcome = 'approved' then 'passed'
            else 'pending'
        end as outcome
    from {{ ref('int_urban_application') }}
    where district_notice_from is not null
)

select
    steps.application_code,
    'urban' as programme,
    -- Other programmes name their rounds; here they are counted.
    cast(steps.round as string) as round,
    steps.step,
    steps.level,
    steps.started_on,
    steps.ended_on,
    steps.outcome,
    applications.urban_household_code as household_code,
    applications.community_code as place_code,
    substr(applications.community_code, 1, 9) as township_code,
    substr(applications.community_code, 1, 6) as county_code,
    applications.period,
    applications.submission_id,
    applications.submitter_code,
    applications.sheet,
    applications.row_number,
    applications.received_at
from steps
inner join {{ ref('int_urban_application') }} as applications
    on steps.application_code = applications.application_code
    and steps.round = applications.round
