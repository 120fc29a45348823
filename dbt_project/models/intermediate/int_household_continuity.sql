-- Which household another one comes from, by splits and moves. A merger makes no new household and is left out: both
-- were households on the day something was counted.
{% set generations = 4 %}
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
    parents.household_code,
    coalesce(
        {%- for generation in range(generations, 1, -1) %}
            back_{{ generation }}.parent_code,
        {%- endfor %}
        parents.parent_code
    ) as origin_household_code,
    parents.changed_on as separated_on
from parents
{%- for generation in range(2, generations + 1) %}
    {%- set before = 'parents' if generation == 2 else 'back_' ~ (generation - 1) %}
left join parents as back_{{ generation }}
    on {{ before }}.parent_code = back_{{ generation }}.household_code
    and {{ before }}.changed_on > back_{{ generation }}.changed_on
{%- endfor %}
