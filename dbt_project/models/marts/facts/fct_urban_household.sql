with members as (
    select
        period,
        urban_household_code,
        count(*) as member_count
    from {{ ref('int_urban_person') }}
    group by period, urban_household_code
)

select
    households.period,
    households.carried_from,
    households.urban_household_code,
    households.community_code,
    substr(households.community_code, 1, 9) as township_code,
    substr(households.community_code, 1, 6) as county_code,
    households.submitter_code,
    households.category,
    households.status,
    households.status = 'in_programme' as is_in_programme,
    households.identified_on,
    households.left_on,
    households.has_dibao,
    households.housing,
    households.has_helper,
    households.person_count,
    cast(coalesce(members.member_count, 0) as bigint) as member_count,
    households.monthly_income_per_head_yuan,
    households.is_carried,
    households.submission_id,
    households.sheet,
    households.row_number,
    households.received_at
from {{ ref('int_urban_household_state') }} as households
left join members
    on households.period = members.period
    and households.urban_household_code = members.urban_household_code
where households.claim_rank = 1
