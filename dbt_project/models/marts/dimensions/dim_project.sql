with ranked as (
    select
        period,
        project_code,
        project_name,
        project_kind,
        project_stage,
        fund_source,
        started_on,
        finished_on,
        total_invested_yuan,
        substr(project_code, 4, 9) as lead_township_code,
        min(period) over (partition by project_code) as first_period,
        max(period) over (partition by project_code) as last_period,
        -- Townships that share a project may describe it differently: the leading one is believed.
        row_number() over (
            partition by project_code
            order by
                period desc,
                substr(project_code, 4, 9) <> submitter_code asc,
                village_code asc
        ) as recency
    from {{ ref('int_village_project_state') }}
    where claim_rank = 1
),

served as (
    select
        period,
        project_code,
        count(*) as villages,
        sum(allocated_yuan) as allocated_yuan
    from {{ ref('int_village_project_state') }}
    where claim_rank = 1
    group by period, project_code
)

select
    ranked.project_code,
    ranked.project_name,
    ranked.project_kind,
    ranked.project_stage,
    ranked.fund_source,
    ranked.lead_township_code,
    substr(ranked.lead_township_code, 1, 6) as county_code,
    ranked.started_on,
    ranked.finished_on,
    ranked.total_invested_yuan,
    cast(served.allocated_yuan as decimal(18, 2)) as allocated_yuan,
    cast(served.villages as bigint) as village_count,
    ranked.first_period,
    ranked.last_period
from ranked
inner join served
    on ranked.project_code = served.project_code
    and ranked.last_period = served.period
where ranked.recency = 1
