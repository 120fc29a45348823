with households as (
    select
        period,
        coalesce(village_code, submitter_code) as place_code,
        main_cause,
        ',' || coalesce(other_causes, '') || ',' as other_causes
    from {{ ref('int_household_state') }}
    where
        claim_rank = 1
        and {{ is_poor('poverty_status') }}
),

by_place as (
    select
        period,
        place_code,
        'cause' as family,
        main_cause as class,
        count(*) as households
    from households
    group by period, place_code, main_cause
    union all
    select
        households.period,
        households.place_code,
        'other_cause' as family,
        causes.code as class,
        count(*) as households
    from households
    inner join {{ ref('code_other_cause') }} as causes
        on households.other_causes like '%,' || causes.code || ',%'
    group by households.period, households.place_code, causes.code
    union all
    select
        period,
        place_code,
        'all' as family,
        'all' as class,
        count(*) as households
    from households
    group by period, place_code
),

rolled as (
    {% call rolled_up('by_place', by=['family', 'class']) %}
        sum(counted.households) as households
    {% endcall %}
),

classes as (
    select
        'cause' as family,
        code as class
    from {{ ref('code_poverty_cause') }}
    union all
    select
        'other_cause' as family,
        code as class
    from {{ ref('code_other_cause') }}
)

select
    'poor_households_' || classes.family || '_share_' || classes.class as indicator,
    totals.map_edition,
    totals.division_level,
    totals.division_code,
    totals.period,
    cast(coalesce(rolled.households, 0) as decimal(24, 6)) as numerator,
    cast(totals.households as decimal(24, 6)) as denominator
from rolled as totals
cross join classes
left join rolled
    on totals.map_edition = rolled.map_edition
    and totals.division_level = rolled.division_level
    and totals.division_code = rolled.division_code
    and totals.period = rolled.period
    and classes.family = rolled.family
    and classes.class = rolled.class
where totals.family = 'all'
