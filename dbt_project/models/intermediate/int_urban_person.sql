{{ config(materialized="view") }}

-- Members joined to the household their submitter registers them in, at the same period.
select
    members.period,
    members.carried_from,
    members.submission_id,
    members.submitter_code,
    members.sheet,
    members.row_number,
    members.member_code,
    coalesce(members.person_token, members.member_code) as person_key,
    members.urban_household_code,
    households.community_code,
    households.status = 'in_programme' as is_in_programme,
    members.relation,
    members.sex,
    members.health,
    members.labour_ability,
    members.school_status,
    members.person_age_years
from {{ ref('int_urban_member_state') }} as members
inner join {{ ref('int_urban_household_state') }} as households
    on members.period = households.period
    and members.submitter_code = households.submitter_code
    and members.urban_household_code = households.urban_household_code
where
    members.claim_rank = 1
    and households.claim_rank = 1
