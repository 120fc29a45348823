-- What the counties' decisions say of a village at a period: the last one of each kind up to its last day stands.
with decided as (
    select
        periods.period,
        decisions.village_code,
        decisions.decision_kind,
        decisions.decision_number,
        decisions.decided_on,
        case when decisions.decision_kind in ('shell_recorded', 'shell_removed') then 'shell' else 'poor' end as subject
    from {{ ref('int_village_decision') }} as decisions
    inner join {{ ref('int_period') }} as periods on decisions.decided_on <= periods.last_day
),

ranked as (
    select
        *,
        row_number() over (
            partition by period, village_code, subject
            order by decided_on desc, decision_number desc
        ) as recency
    from decided
),

standing as (
    select
        period,
        village_code,
        max(case
            when decision_kind = 'shell_recorded' then 1
            when decision_kind = 'shell_removed' then 0
        end) as shell,
        max(case
            when decision_kind = 'poor_village_recorded' then 1
            when decision_kind = 'poor_village_exited' then 0
        end) as poor,
        max(case when subject = 'shell' then decision_number end) as shell_decision_number,
        max(case when subject = 'shell' then decided_on end) as shell_decided_on
    from ranked
    where recency = 1
    group by period, village_code
)

select
    period,
    village_code,
    shell = 1 as recorded_shell,
    poor = 1 as recorded_poor_village,
    shell_decision_number,
    shell_decided_on
from standing
