with claims as (
    select
        period,
        'households' as form,
        household_code as record_key,
        submitter_code,
        claim_rank
    from {{ ref('int_household_state') }}
    union all
    select
        period,
        'members' as form,
        person_code as record_key,
        submitter_code,
        claim_rank
    from {{ ref('int_member_state') }}
    union all
    select
        period,
        'guarantee_loans' as form,
        contract_number as record_key,
        submitter_code,
        claim_rank
    from {{ ref('int_loan_state') }}
    union all
    select
        period,
        'guarantee_funds' as form,
        fund_code as record_key,
        submitter_code,
        claim_rank
    from {{ ref('int_fund_state') }}
    union all
    select
        period,
        'village_income' as form,
        village_code as record_key,
        submitter_code,
        claim_rank
    from {{ ref('int_village_state') }}
),

contested as (
    select
        period,
        form,
        record_key
    from claims
    group by period, form, record_key
    having count(*) > 1
)

select
    claims.period,
    claims.form,
    claims.record_key,
    claims.submitter_code,
    {{ county_of('claims.submitter_code') }} as county_code,
    claims.claim_rank = 1 as is_counted
from claims
inner join contested
    on claims.period = contested.period
    and claims.form = contested.form
    and claims.record_key = contested.record_key
