with members as (
    select
        members.period,
        members.group_code,
        members.household_code,
        members.persons_at_allotment,
        members.amount_yuan,
        members.left_on is null or members.left_on > periods.last_day as is_member,
        members.disposition,
        holdings.amount_yuan as group_amount_yuan
    from {{ ref('int_equity_member_state') }} as members
    inner join {{ ref('int_period') }} as periods on members.period = periods.period
    left join {{ ref('int_equity_holding_state') }} as holdings
        on members.period = holdings.period
        and members.group_code = holdings.holder_code
        and holdings.claim_rank = 1
    where members.claim_rank = 1
),

allotted as (
    {{ split_by_largest_remainder(
        'members', ['period', 'group_code'], 'household_code', 'group_amount_yuan', 'persons_at_allotment'
    ) }}
),

freed as (
    select
        period,
        group_code,
        sum(amount_yuan) as freed_yuan
    from members
    where
        not is_member
        and disposition = 'reassign'
    group by period, group_code
),

heirs as (
    select
        members.period,
        members.group_code,
        members.household_code,
        members.persons_at_allotment,
        freed.freed_yuan
    from members
    inner join freed
        on members.period = freed.period
        and members.group_code = freed.group_code
    where members.is_member
),

inherited as (
    {{ split_by_largest_remainder(
        'heirs', ['period', 'group_code'], 'household_code', 'freed_yuan', 'persons_at_allotment'
    ) }}
)

select
    members.period,
    members.group_code,
    members.household_code,
    members.is_member,
    allotted.share_yuan,
    cast(
        case
            when members.is_member then members.amount_yuan + coalesce(inherited.share_yuan, 0)
            when members.disposition = 'keep' then members.amount_yuan
            else 0
        end as decimal(18, 2)
    ) as effective_amount_yuan
from members
left join allotted
    on members.period = allotted.period
    and members.group_code = allotted.group_code
    and members.household_code = allotted.household_code
left join inherited
    on members.period = inherited.period
    and members.group_code = inherited.group_code
    and members.household_code = inherited.household_code
