with returned as (
    select
        'households' as form,
        submitter_code,
        period
    from {{ ref('stg_households') }}
    where {{ known_on_day() }}
    union all
    select
        'members' as form,
        submitter_code,
        period
    from {{ ref('stg_members') }}
    where {{ known_on_day() }}
    union all
    select
        'household_income' as form,
        submitter_code,
        period
    from {{ ref('stg_household_income') }}
    where {{ known_on_day() }}
    union all
    select
        'assistance_measures' as form,
        submitter_code,
        period
    from {{ ref('stg_assistance_measures') }}
    where {{ known_on_day() }}
    union all
    select
        'guarantee_funds' as form,
        submitter_code,
        period
    from {{ ref('stg_guarantee_funds') }}
    where {{ known_on_day() }}
    union all
    select
        'guarantee_loans' as form,
        submitter_code,
        period
    from {{ ref('stg_guarantee_loans') }}
    where {{ known_on_day() }}
    union all
    select
        'village_income' as form,
        submitter_code,
        period
    from {{ ref('stg_village_income') }}
    where {{ known_on_day() }}
    union all
    -- "Nothing to report" is a return: it empties what was carried until then.
    select
        form,
        submitter_code,
        period
    from {{ ref('stg_submissions') }}
    where
        verdict = 'nothing'
        and received_at <= cast('{{ var("known_on") }}' as timestamp)
)

select distinct
    form,
    submitter_code,
    period
from returned
