{{ config(materialized="view") }}

with facts as (
    {{ facts_of_article() }}
),

totals as (
    select
        period,
        count(
            distinct case
                when start_year = 2015 and target_on = make_date(2020, 12, 1) then mechanism_code
            end
        ) as planned,
        count(distinct mechanism_level) as levels,
        count(distinct case when stage in ('finished', 'extended') then mechanism_code end) as finished,
        count(distinct case when stage = 'trial' then mechanism_code end) as in_trial
    from {{ ref('fct_reform_mechanism') }}
    group by period
)

select
    facts.fact,
    cast(
        case facts.fact
            when 'mechanisms_planned' then totals.planned
            when 'mechanism_levels' then totals.levels
            when 'mechanisms_finished' then totals.finished
            else totals.in_trial
        end as decimal(24, 6)
    ) as computed
from facts
left join totals on facts.as_of = totals.period
where facts.fact in ('mechanisms_planned', 'mechanism_levels', 'mechanisms_finished', 'mechanisms_in_trial')
