select
    projects.period,
    projects.carried_from,
    projects.project_code,
    projects.village_code,
    substr(projects.village_code, 1, 9) as township_code,
    substr(projects.village_code, 1, 6) as county_code,
    projects.submitter_code,
    projects.project_stage,
    projects.started_on,
    projects.finished_on,
    projects.fund_source,
    projects.income_item,
    projects.total_invested_yuan,
    projects.allocated_yuan,
    projects.income_added_yuan,
    villages.in_shell_cohort,
    projects.is_carried,
    projects.submission_id,
    projects.sheet,
    projects.row_number,
    projects.received_at
from {{ ref('int_village_project_state') }} as projects
left join {{ ref('int_village_status') }} as villages
    on projects.period = villages.period
    and projects.village_code = villages.village_code
where projects.claim_rank = 1
