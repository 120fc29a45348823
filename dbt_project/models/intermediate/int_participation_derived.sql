-- Programmes that another fact holds: nobody is asked for them twice.
with loans as (
    select
        balances.period,
        'guarantee' as programme,
        'household' as subject_kind,
        balances.household_code as subject_code,
        min(balances.township_code) as place_code,
        'department' as counterpart_kind,
        sum(balances.principal_yuan) as funds_yuan,
        min(loans.released_on) as started_on,
        min(balances.submission_id) as submission_id,
        min(balances.submitter_code) as submitter_code,
        min(balances.sheet) as sheet,
        min(balances.row_number) as row_number
    from {{ ref('fct_loan_balance') }} as balances
    inner join {{ ref('fct_guarantee_loan') }} as loans on balances.contract_number = loans.contract_number
    where
        balances.is_guarantee_product
        and balances.household_registered
    group by balances.period, balances.household_code
),

pilots as (
    select
        period,
        'demonstration' as programme,
        case length(pilot_place_code) when 12 then 'village' when 9 then 'township' else 'county' end as subject_kind,
        pilot_place_code as subject_code,
        pilot_place_code as place_code,
        'department' as counterpart_kind,
        cast(null as decimal(18, 2)) as funds_yuan,
        min(stage_since) as started_on,
        min(submission_id) as submission_id,
        min(submitter_code) as submitter_code,
        min(sheet) as sheet,
        min(row_number) as row_number
    from {{ ref('fct_reform_mechanism') }}
    where stage <> 'planned'
    group by period, pilot_place_code
),

projects as (
    -- The action is for the cohort of shell villages.
    select
        period,
        'shell_villages' as programme,
        'village' as subject_kind,
        village_code as subject_code,
        village_code as place_code,
        'department' as counterpart_kind,
        sum(allocated_yuan) as funds_yuan,
        min(started_on) as started_on,
        min(submission_id) as submission_id,
        min(submitter_code) as submitter_code,
        min(sheet) as sheet,
        min(row_number) as row_number
    from {{ ref('fct_village_project') }}
    where in_shell_cohort
    group by period, village_code
)

select *
from loans
union all
select *
from pilots
union all
select *
from projects
