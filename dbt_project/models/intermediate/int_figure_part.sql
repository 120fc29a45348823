-- What each row of a form adds to the two sides of a figure, for the forms and indicators that something is asked
-- about: in the periods it bears on and in the one before its return. Only sums, and counts of rows, have parts; a row
-- that is none of those counted has none, one that adds nothing has a part of 0.
{% set kinds = {
    'wage': 'wage_income_yuan',
    'business': 'business_income_yuan',
    'property': 'property_income_yuan',
    'transfer': 'transfer_income_yuan',
    'family_planning': 'family_planning_yuan',
    'dibao': 'dibao_yuan',
    'wubao': 'wubao_yuan',
    'pension': 'pension_yuan',
    'ecological_compensation': 'ecological_compensation_yuan',
    'other_transfer': 'other_transfer_yuan',
} %}
with wanted as (
    select
        form,
        indicator,
        period,
        peer_county_code
    from {{ ref('int_questioned_figure') }}
    union distinct
    select
        form,
        indicator,
        period_before as period,
        peer_county_code
    from {{ ref('int_questioned_figure') }}
    where period_before is not null
),

-- Of the counties alone whose rows are compared: few rows are asked about, and a register has a hundred thousand.
asked as (
    select wanted.*
    from wanted
    left join wanted as of_the_city
        on wanted.form = of_the_city.form
        and wanted.indicator = of_the_city.indicator
        and wanted.period = of_the_city.period
        and of_the_city.peer_county_code is null
    where
        of_the_city.form is null
        or wanted.peer_county_code is null
),

incomes as (
    select
        period,
        submission_id,
        sheet,
        row_number,
        village_code as row_key,
        village_code as place_code,
        1 as villages,
        operating_income_yuan,
        total_income_yuan
    from {{ ref('int_village_status') }}
    where carried_from is null
),

profiles as (
    select
        period,
        submission_id,
        sheet,
        row_number,
        village_code as row_key,
        village_code as place_code,
        substr(village_code, 1, 6) as county_code,
        rural_registered_population
    from {{ ref('fct_village_profile') }}
),

profiles_told as (
    {{ answered_rows('profiles', ['households', 'members']) }}
),

-- A county counts a person once, however many of its villages claim the person: one of those whose inhabitants are
-- known has the part.
poor_claims as (
    select
        persons.period,
        persons.village_code,
        row_number() over (
            partition by persons.period, profiles_told.county_code, persons.person_key
            order by
                case when persons.is_counted then 0 else 1 end,
                persons.person_code
        ) as claim_in_county
    from {{ ref('fct_person_status') }} as persons
    inner join profiles_told
        on persons.period = profiles_told.period
        and persons.village_code = profiles_told.row_key
    where persons.is_poor
),

poor as (
    select
        period,
        village_code,
        count(*) as persons
    from poor_claims
    where claim_in_county = 1
    group by period, village_code
),

-- Without its profile a village's poor are not counted either.
asked_profiles as (
    select
        profiles_told.*,
        coalesce(poor.persons, 0) as poor_persons
    from profiles_told
    left join poor
        on profiles_told.period = poor.period
        and profiles_told.row_key = poor.village_code
),

-- A project stands in a row for each of its villages, and one row may tell of several. Each of its townships tells of
-- its own part.
projects as (
    select
        period,
        submission_id,
        sheet,
        row_number,
        project_code || substr(min(village_code), 1, 9) as row_key,
        min(village_code) as place_code,
        sum(allocated_yuan) as allocated_yuan,
        sum(income_added_yuan) as income_added_yuan,
        sum(case when in_shell_cohort then coalesce(income_added_yuan, 0) end) as shell_income_added_yuan
    from {{ ref('fct_village_project') }}
    group by period, submission_id, sheet, row_number, project_code
),

statements as (
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
        {% for kind, amount in kinds.items() %}
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
),

loans as (
    select
        period,
        submission_id,
        sheet,
        row_number,
        contract_number as row_key,
        place_code,
        principal_yuan,
        balance_yuan,
        coalesce(overdue_yuan, 0) as overdue_yuan
    from {{ ref('int_loan_registered') }}
    where
        is_guarantee_product
        and household_registered
),

funds as (
    select
        period,
        submission_id,
        sheet,
        row_number,
        fund_code as row_key,
        substr(fund_code, 1, 9) as place_code,
        1 as funds,
        fund_amount_yuan,
        guaranteed_outstanding_yuan,
        cumulative_guaranteed_yuan
    from {{ ref('int_fund_state') }}
    where claim_rank = 1
),

contracts as (
    select
        period,
        submission_id,
        sheet,
        row_number,
        contract_number as row_key,
        village_code as place_code,
        area_mu,
        realised_gain_yuan,
        expected_gain_yuan
    from {{ ref('fct_base_fostering') }}
),

policies as (
    select
        states.period,
        states.submission_id,
        states.sheet,
        states.row_number,
        states.policy_number as row_key,
        states.township_code as place_code,
        states.insurance_line,
        1 as policies,
        states.insured_persons,
        states.premium_yuan
    from {{ ref('int_policy_state') }} as states
    inner join {{ ref('int_period') }} as periods
        on states.period = periods.period
        and states.started_on <= periods.last_day
        and states.ended_on >= periods.last_day
    where states.claim_rank = 1
),

dividends as (
    select
        periods.period,
        dividends.submission_id,
        dividends.sheet,
        dividends.row_number,
        dividends.distribution_code || dividends.beneficiary_kind || dividends.beneficiary_code as row_key,
        dividends.village_code as place_code,
        dividends.due_yuan,
        case when dividends.paid_on <= periods.last_day then dividends.paid_yuan else 0 end as paid_yuan
    from {{ ref('int_period') }} as periods
    inner join {{ ref('fct_dividend') }} as dividends on periods.last_day >= dividends.declared_on
    where dividends.beneficiary_kind <> 'household'
),

urban_households as (
    select
        period,
        submission_id,
        sheet,
        row_number,
        urban_household_code as row_key,
        community_code as place_code,
        category,
        1 as households
    from {{ ref('fct_urban_household') }}
    where is_in_programme
),

urban_measures as (
    select
        period,
        submission_id,
        sheet,
        row_number,
        measure_code as row_key,
        community_code as place_code,
        funds_yuan
    from {{ ref('fct_urban_assistance') }}
    where is_in_programme
),

parts as (
    {{ figure_parts('village_income', 'incomes', [
        ('village_income_mean', 'total_income_yuan', 'villages'),
        ('operating_income_share', 'operating_income_yuan', 'total_income_yuan'),
    ]) }}
    union all
    {{ figure_parts('village_profiles', 'profiles', [
        ('rural_registered_population', 'rural_registered_population', none),
    ]) }}
    union all
    {{ figure_parts('village_profiles', 'asked_profiles', [
        ('poverty_rate', 'poor_persons', 'rural_registered_population'),
    ], numerator_told=false) }}
    union all
    {{ figure_parts('village_projects', 'projects', [
        ('village_project_allocated', 'allocated_yuan', none),
        ('village_project_income_added', 'income_added_yuan', none),
        ('shell_village_income_added', 'shell_income_added_yuan', none),
        ('income_added_per_shell', 'shell_income_added_yuan', none),
    ]) }}
    union all
    {{ figure_parts('household_income', 'statements', [
        ('net_income_per_head', 'net_income_yuan', 'person_count'),
    ]) }}
    union all
    {% for kind in kinds %}
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
    union all
    {{ figure_parts('guarantee_loans', 'loans', [
        ('guarantee_loan_amount', 'principal_yuan', none),
        ('loan_balance', 'balance_yuan', none),
        ('overdue_amount', 'overdue_yuan', none),
        ('overdue_rate', 'overdue_yuan', 'balance_yuan'),
    ]) }}
    union all
    {{ figure_parts('guarantee_funds', 'funds', [
        ('funds', 'funds', none),
        ('fund_amount', 'fund_amount_yuan', none),
        ('fund_outstanding', 'guaranteed_outstanding_yuan', none),
        ('leverage', 'guaranteed_outstanding_yuan', 'fund_amount_yuan'),
        ('leverage_cumulative', 'cumulative_guaranteed_yuan', 'fund_amount_yuan'),
    ]) }}
    union all
    {{ figure_parts('base_fostering', 'contracts', [
        ('fostering_area', 'area_mu', none),
        ('fostering_gain', 'realised_gain_yuan', none),
        ('fostering_expected_gain', 'expected_gain_yuan', none),
    ]) }}
    union all
    {{ figure_parts('insurance_policies', 'policies', [
        ('insurance_policies', 'policies', none),
        ('insurance_premium', 'premium_yuan', none),
    ]) }}
    union all
    {{ figure_parts('insurance_policies', 'policies', [
        ('insured_share_', 'insured_persons', none),
    ], by='insurance_line') }}
    union all
    {{ figure_parts('dividends', 'dividends', [
        ('dividends_due', 'due_yuan', none),
        ('dividends_paid', 'paid_yuan', none),
        ('dividend_paid_rate', 'paid_yuan', 'due_yuan'),
    ]) }}
    union all
    {{ figure_parts('urban_households', 'urban_households', [
        ('urban_households', 'households', none),
    ]) }}
    union all
    {{ figure_parts('urban_households', 'urban_households', [
        ('urban_households_category_', 'households', none),
    ], by='category') }}
    union all
    {{ figure_parts('urban_assistance', 'urban_measures', [
        ('urban_assistance_funds', 'funds_yuan', none),
    ]) }}
)

select
    parts.form,
    parts.indicator,
    parts.period,
    parts.submission_id,
    parts.sheet,
    parts.row_number,
    parts.row_key,
    parts.place_code,
    coalesce(parts.numerator, 0) as numerator,
    case when parts.has_denominator then coalesce(parts.denominator, 0) end as denominator,
    parts.numerator_told
from parts
inner join asked
    on parts.form = asked.form
    and parts.indicator = asked.indicator
    and parts.period = asked.period
    and (asked.peer_county_code is null or asked.peer_county_code = substr(parts.place_code, 1, 6))
where
    parts.numerator is not null
    or parts.denominator is not null
