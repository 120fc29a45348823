with households as (
    select
        period,
        household_code,
        coalesce(village_code, submitter_code) as place_code,
        main_cause,
        has_helper,
        {{ is_poor('poverty_status') }} as is_poor
    from {{ ref('int_household_state') }}
    where claim_rank = 1
),

rolled as (
    {% call rolled_up('households') %}
        count(*) as registered,
        count(case when counted.is_poor then 1 end) as poor,
        count(case when counted.is_poor and counted.has_helper then 1 end) as paired
    {% endcall %}
),

by_cause as (
    {% call rolled_up('households', by=['main_cause'], where='counted.is_poor') %}
        count(*) as poor
    {% endcall %}
)

{{ indicator_figures('rolled', [
    ('registered_households', 'registered'),
    ('poor_households', 'poor'),
    ('pairing_rate', 'paired', 'poor'),
]) }}
union all
{{ indicator_figures('by_cause', [
    ('poor_households_cause_', 'poor'),
], by='main_cause') }}
