with listed as (
    {{ year_rows('urban_applications') }}
),

-- An application that was pending at the turn of the year stands in two years' lists: the later one tells.
ranked as (
    select
        *,
        row_number() over (
            partition by application_code, round
            order by period desc, submitter_code asc
        ) as recency
    from listed
)

select
    submission_id,
    submitter_code,
    period,
    received_at,
    sheet,
    row_number,
    application_code,
    round,
    community_code,
    urban_household_code,
    applied_on,
    community_reviewed_on,
    community_passed,
    community_notice_from,
    community_notice_to,
    street_reviewed_on,
    street_passed,
    district_notice_from,
    district_notice_to,
    outcome,
    rejected_at,
    case
        when outcome = 'approved' then district_notice_to
        when outcome = 'rejected'
            then
                coalesce(
                    district_notice_to,
                    district_notice_from,
                    street_reviewed_on,
                    community_notice_to,
                    community_notice_from,
                    community_reviewed_on,
                    applied_on
                )
    end as decided_on
from ranked
where recency = 1
