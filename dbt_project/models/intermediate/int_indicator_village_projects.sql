{{ config(materialized="view") }}

with rolled as (
    -- A project that serves several villages is counted once in every division that it reaches.
    {% call rolled_up(ref('fct_village_project'), place='village_code', where="places.division_level <> 'village'") %}
        count(distinct counted.project_code) as projects,
        -- Null where no cohort is followed yet.
        case
            when count(counted.in_shell_cohort) > 0
                then count(distinct case when counted.in_shell_cohort then counted.project_code end)
        end as shell_projects,
        sum(counted.allocated_yuan) as allocated,
        sum(counted.income_added_yuan) as income_added,
        sum(case
            when counted.in_shell_cohort then counted.income_added_yuan
            when not counted.in_shell_cohort then 0
        end) as shell_income_added
    {% endcall %}
),

followed_shells as (
    -- Before the day of the cohort it is not known of a village whether it is followed.
    select
        period,
        village_code,
        village_code as place_code,
        in_shell_cohort
    from {{ ref('int_village_status') }}
    where coalesce(in_shell_cohort, true)
),

asked_shells as (
    {{ answered_rows('followed_shells', ['village_projects']) }}
),

shells as (
    {% call rolled_up('asked_shells', where="places.division_level <> 'village'") %}
        case when count(counted.in_shell_cohort) > 0 then count(counted.in_shell_cohort) end as cohort_shells
    {% endcall %}
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
    shells.map_edition,
    shells.division_level,
    shells.division_code,
    shells.period,
    cast(case when shells.cohort_shells > 0 then coalesce(rolled.shell_income_added, 0) end as decimal(24, 6))
        as numerator,
    cast(shells.cohort_shells as decimal(24, 6)) as denominator
from shells
left join rolled
    on shells.map_edition = rolled.map_edition
    and shells.division_level = rolled.division_level
    and shells.division_code = rolled.division_code
    and shells.period = rolled.period
