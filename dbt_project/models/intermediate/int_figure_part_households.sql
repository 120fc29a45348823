{{ config(materialized="view") }}

-- What a household, its income and its persons add to figures.
{% set kinds = income_kinds().splitlines() %}
with statements as (
    select
        incomes.period,
        incomes.submission_id,
        incomes.sheet,
        incomes.row_number,
        incomes.household_code as row_key,
        incomes.place_code,
        1 as households,
        incomes.person_count,
        incomes.net_income_yuan
        {% for line in kinds %}
            {% set kind, amount = line.split() %}
            ,
            case when incomes.{{ amount }} > 0 then 1 else 0 end as {{ kind }}_households,
            case when incomes.{{ amount }} > 0 then 1 end as {{ kind }}_counted,
            case when incomes.{{ amount }} > 0 then incomes.{{ amount }} end as {{ kind }}_yuan
        {% endfor %}
    from {{ ref('int_household_income') }} as incomes
    inner join {{ ref('int_period') }} as periods
        on incomes.period = periods.period
        and incomes.income_year = periods.calendar_year
),

households as (
    select
        period,
        submission_id,
        sheet,
        row_number,
        household_code as row_key,
        coalesce(village_code, submitter_code) as place_code,
        main_cause,
        1 as households,
        case when {{ is_poor('poverty_status') }} then 1 else 0 end as poor,
        case when {{ is_poor('poverty_status') }} then 1 end as poor_counted,
        case when not {{ is_poor('poverty_status') }} then null when has_helper then 1 else 0 end as poor_paired,
        case when dangerous_housing then 1 else 0 end as unsafe_housing,
        case when not safe_water then 1 else 0 end as unsafe_water
    from {{ ref('int_household_state') }}
    where claim_rank = 1
),

-- Whom several households of a county claim is one of its poor if any of them is poor, and one of those who are out
-- of poverty if any of them is.
claims as (
    select
        *,
        row_number() over (
            partition by period, substr(village_code, 1, 6), person_key
            order by
                case when is_counted then 0 else 1 end,
                person_code
        ) as claim_in_county,
        row_number() over (
            partition by period, substr(village_code, 1, 6), person_key, is_poor
            order by
                case when is_counted then 0 else 1 end,
                person_code
        ) as claim_alike
    from {{ ref('fct_person_status') }}
),

persons as (
    select
        period,
        submission_id,
        sheet,
        row_number,
        person_code as row_key,
        village_code as place_code,
        case when claim_in_county = 1 then 1 end as persons,
        case
            when is_poor and claim_alike = 1 then 1
            when claim_in_county = 1 then 0
        end as poor,
        case
            when not is_poor and claim_alike = 1 then 1
            when claim_in_county = 1 then 0
        end as exited
    from claims
)

{{ figure_parts('household_income', 'statements', [
    ('net_income_per_head', 'net_income_yuan', 'person_count'),
]) }}
union all
{% for line in kinds %}
    {% set kind = line.split()[0] %}
    {{ figure_parts('household_income', 'statements', [
        ('income_share_' ~ kind, kind ~ '_households', 'households'),
        ('income_mean_' ~ kind, kind ~ '_yuan', kind ~ '_counted'),
    ]) }}
    union all
{% endfor %}
{{ figure_parts('households', 'households', [
    ('registered_households', 'households', none),
    ('poor_households', 'poor', none),
    ('pairing_rate', 'poor_paired', 'poor_counted'),
    ('unsafe_housing_households', 'unsafe_housing', none),
    ('unsafe_water_households', 'unsafe_water', none),
]) }}
union all
{{ figure_parts('households', 'households', [
    ('poor_households_cause_', 'poor_counted', none),
], by='main_cause') }}
union all
{{ figure_parts('members', 'persons', [
    ('registered_persons', 'persons', none),
    ('poor_persons', 'poor', none),
    ('exited_persons', 'exited', none),
    ('exit_rate', 'exited', 'persons'),
]) }}
