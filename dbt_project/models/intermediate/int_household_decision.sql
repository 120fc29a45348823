-- A county's decisions about a household in their order, each with the status before it and whether the list of
-- transitions allows the step.
with ranked as (
    select
        *,
        row_number() over (
            partition by household_code, decision_number
            order by
                case when substr(household_code, 1, 6) = submitter_code then 0 else 1 end asc,
                period desc,
                submitter_code asc
        ) as claim_rank
    from {{ ref('int_household_decision_list') }}
),

decided as (
    select
        ranked.*,
        statuses.status as status_after,
        coalesce(
            lag(statuses.status) over (
                partition by ranked.household_code
                order by ranked.decided_on, ranked.decision_number
            ),
            'new'
        ) as status_before,
        row_number() over (
            partition by ranked.household_code
            order by ranked.decided_on, ranked.decision_number
        ) as step_number
    from ranked
    inner join {{ ref('household_decision_status') }} as statuses on ranked.decision_kind = statuses.decision_kind
    where ranked.claim_rank = 1
)

select
    decided.household_code,
    decided.decision_number,
    decided.step_number,
    decided.decided_on,
    decided.decision_kind,
    decided.deciding_office,
    decided.status_before,
    decided.status_after,
    coalesce(transitions.is_allowed, false) as transition_allowed,
    coalesce(transitions.verified, false) as transition_verified,
    decided.township_code,
    decided.village_code,
    decided.submitter_code,
    decided.period,
    decided.submission_id,
    decided.sheet,
    decided.row_number,
    decided.received_at
from decided
left join {{ ref('status_transition') }} as transitions
    on decided.status_before = transitions.from_status
    and decided.status_after = transitions.to_status
