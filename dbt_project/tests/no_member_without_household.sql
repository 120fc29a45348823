-- A member returned together with the register stands in one of its households: what belongs to a held
-- household is held with it. States carried from different periods may part and are left out of facts.
select
    members.period,
    members.submitter_code,
    members.household_code,
    members.person_code
from {{ ref('int_member_state') }} as members
inner join {{ ref('int_carried_return') }} as registers
    on members.period = registers.period
    and members.submitter_code = registers.submitter_code
    and registers.form = 'households'
    and registers.source_period = registers.period
left join {{ ref('int_household_state') }} as households
    on members.period = households.period
    and members.submitter_code = households.submitter_code
    and members.household_code = households.household_code
where
    members.carried_from is null
    and households.household_code is null
