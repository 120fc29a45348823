select
    members.period,
    members.carried_from,
    members.group_code,
    members.household_code,
    substr(members.group_code, 1, 14) as cooperative_code,
    substr(members.group_code, 1, 12) as village_code,
    substr(members.group_code, 1, 9) as township_code,
    substr(members.group_code, 1, 6) as county_code,
    members.submitter_code,
    members.allotted_on,
    members.persons_at_allotment,
    members.amount_yuan,
    shares.share_yuan,
    members.left_on,
    members.left_reason,
    members.disposition,
    shares.is_member,
    shares.effective_amount_yuan,
    members.is_carried,
    members.submission_id,
    members.sheet,
    members.row_number,
    members.received_at
from {{ ref('int_equity_member_state') }} as members
inner join {{ ref('int_equity_member') }} as shares
    on members.period = shares.period
    and members.group_code = shares.group_code
    and members.household_code = shares.household_code
where members.claim_rank = 1
