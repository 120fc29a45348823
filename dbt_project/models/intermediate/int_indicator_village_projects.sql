{{ config(materialized="view") }}

with rolled as (
    -- A project that serves several villages is counted once in every division that it reaches.
    select
        places.map,
        places.division_level,
        places.division_code,
        projects.period,
        count(distinct projects.project_code) as projects,
        count(distinct case when projects.was_baseline_shell then projects.project_code end) as shell_projects,
        sum(projects.allocated_yuan) as allocated,
        sum(projects.income_added_yuan) as income_added,
        sum(case when projects.was_baseline_shell then projects.income_added_yuan else 0 end) as shell_income_added
    from {{ ref('fct_village_project') }} as projects
    inner join {{ ref('int_place_rollup') }} as places on projects.village_code = places.place_code
    where places.division_level <> 'village'
    group by places.map, places.division_level, places.division_code, projects.period
),

baseline_shells as (
    select
        period,
        village_code,
        village_code as place_code
    from {{ ref('int_village_status') }}
    where was_baseline_shell
),

asked_shells as (
    {{ answered_rows('baseline_shells', ['village_projects']) }}
),

shells as (
    select
        places.map,
        places.division_level,
        places.division_code,
        villages.period,
        count(*) as baseline_shells
    from asked_shells as villages
    inner join {{ ref('int_place_rollup') }} as places on villages.place_code = places.place_code
    where places.division_level <> 'village'
    group by places.map, places.division_level, places.division_code, villages.period
)

{{ indicator_figures('rolled', [
    ('village_projects', 'projects'),
    ('shell_village_projects', 'shell_projects'),
    ('village_project_allocated', 'allocated'),
    ('village_project_income_added', 'income_added'),
    ('shell_village_income_added', 'shell_income_added'),
]) }}
union all
select
    'income_added_per_shell' as indicator,
    shells.map,
    shells.division_level,
    shells.division_code,
    shells.period,
    cast(coalesce(rolled.shell_income_added, 0) as decimal(24, 6)) as numerator,
    cast(shells.baseline_shells as decimal(24, 6)) as denominator
from shells
left join rolled
    on shells.map = rolled.map
    and shells.division_level = rolled.division_level
    and shells.division_code = rolled.division_code
    and shells.period = rolled.period
