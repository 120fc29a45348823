{{ config(materialized="view") }}

with facts as (
    {{ facts_of_article() }}
),

shell_villages as (
    select
        facts.fact,
        count(villages.recorded_shell) as decided,
        count(case when villages.recorded_shell and villages.registered_poor_village then 1 end) as shells,
        count(case when villages.in_shell_cohort then 1 end) as baseline_shells,
        count(case when villages.in_shell_cohort and villages.recorded_shell then 1 end) as remaining_shells
    from facts
    left join {{ ref('fct_village_status') }} as villages on facts.as_of = villages.period
    where facts.fact in ('shell_villages_baseline', 'shell_villages_remaining', 'shell_villages_removed_rate')
    group by facts.fact
),

shell_totals as (
    select
        fact,
        case
            when decided = 0 then null
            when fact = 'shell_villages_baseline' then shells
            when fact = 'shell_villages_remaining' then remaining_shells
            else {{ safe_divide('baseline_shells - remaining_shells', 'baseline_shells') }}
        end as computed
    from shell_villages
),

-- Which projects serve the villages followed is known where decisions on villages are.
shell_projects as (
    select
        facts.fact,
        count(villages.recorded_shell) as known,
        count(distinct case when projects.in_shell_cohort then projects.project_code end) as projects,
        sum(case when projects.in_shell_cohort then projects.income_added_yuan else 0 end) as income_added_yuan
    from facts
    left join {{ ref('fct_village_project') }} as projects on facts.as_of = projects.period
    left join {{ ref('fct_village_status') }} as villages
        on projects.period = villages.period
        and projects.village_code = villages.village_code
    where facts.fact in ('shell_village_projects', 'shell_village_income_added')
    group by facts.fact
),

project_totals as (
    select
        fact,
        case
            when known = 0 then null
            when fact = 'shell_village_projects' then projects
            else income_added_yuan
        end as computed
    from shell_projects
)

select
    fact,
    cast(computed as decimal(24, 6)) as computed
from shell_totals
union all
select
    fact,
    cast(computed as decimal(24, 6)) as computed
from project_totals
