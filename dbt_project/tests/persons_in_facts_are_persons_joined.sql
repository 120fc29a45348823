-- Every member of a counted household who has not left it is in the fact, and nobody else.
with joined as (
    select
        members.period,
        count(*) as persons
    from {{ ref('int_member_state') }} as members
    inner join {{ ref('fct_poverty_status') }} as households
        on members.period = households.period
        and members.submitter_code = households.submitter_code
        and members.household_code = households.household_code
    where
        members.claim_rank = 1
        and not {{ has_left('members.membership_change') }}
    group by members.period
),

facts as (
    select
        period,
        count(*) as persons
    from {{ ref('fct_person_status') }}
    group by period
)

select
    coalesce(joined.period, facts.period) as period,
    joined.persons as persons_joined,
    facts.persons as persons_in_facts
from joined
full outer join facts on joined.period = facts.period
where coalesce(joined.persons, 0) <> coalesce(facts.persons, 0)
