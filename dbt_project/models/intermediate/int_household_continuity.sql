-- Which household another one comes from, by splits and moves. A merger makes no new household and is left out: both
-- were households on the day something was counted.
with links as (
    select
        household_code,
        other_household_code as parent_code,
        changed_on,
        change_code
    from {{ ref('int_household_change') }}
    where
        change_kind in ('split', 'moved_in')
        and other_household_code is not null
        and other_household_code <> household_code
    union all
    select
        other_household_code as household_code,
        household_code as parent_code,
        changed_on,
        change_code
    from {{ ref('int_household_change') }}
    where
        change_kind = 'moved_out'
        and other_household_code is not null
        and other_household_code <> household_code
),

ranked as (
    select
        *,
        row_number() over (partition by household_code order by changed_on, change_code) as seniority
    from links
),

parents as (
    select
        household_code,
        parent_code,
        changed_on
    from ranked
    where seniority = 1
)

-- Each step back must be older than the one after it, so that entries which name each other come to an end.
select
    back_1.household_code,
    coalesce(back_4.parent_code, back_3.parent_code, back_2.parent_code, back_1.parent_code) as origin_household_code,
    back_1.changed_on as separated_on
from parents as back_1
left join parents as back_2
    on back_1.parent_code = back_2.household_code
    and back_1.changed_on > back_2.changed_on
left join parents as back_3
    on back_2.parent_code = back_3.household_code
    and back_2.changed_on > back_3.changed_on
left join parents as back_4
    on back_3.parent_code = back_4.household_code
    and back_3.changed_on > back_4.changed_on
