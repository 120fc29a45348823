-- Persons joined to the household their submitter registers them in, at the same period. Who is listed once more
-- because he left (died, married or moved out) is no person of the household any longer.
-- A view, and members another: the rows are written once, as fct_person_status.
-- Whom several households claim is counted where the person was first registered: a return that newly claims somebody
-- takes nobody out of the figures of another place.
{{ config(materialized="view") }}

with registered as (
    select
        *,
        coalesce(person_token, person_code) as person_key,
        min(period) over (partition by coalesce(person_token, person_code), person_code) as first_period
    from {{ ref('int_member_state') }}
    where
        claim_rank = 1
        and not {{ has_left('membership_change') }}
)

select
    members.period,
    members.carried_from,
    members.submission_id,
    members.submitter_code,
    members.received_at,
    members.sheet,
    members.row_number,
    members.is_carried,
    members.person_code,
    members.person_key,
    members.person_age_years,
    members.person_id_sex,
    members.person_id_county_code,
    members.household_code,
    households.village_code,
    members.relation,
    members.sex,
    members.ethnicity,
    members.education,
    members.school_status,
    members.health,
    members.labour_ability,
    members.work_place,
    members.work_months,
    members.critical_illness_insurance,
    members.membership_change,
    households.poverty_status,
    {{ is_poor('households.poverty_status') }} as is_poor,
    row_number() over (
        partition by members.period, members.person_key
        order by
            case when members.is_carried then 1 else 0 end,
            members.first_period,
            members.person_code
    ) as key_rank
from registered as members
inner join {{ ref('int_household_state') }} as households
    on members.period = households.period
    and members.submitter_code = households.submitter_code
    and members.household_code = households.household_code
where households.claim_rank = 1
