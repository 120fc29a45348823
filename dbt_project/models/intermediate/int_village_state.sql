with known as (
    select *
    from {{ ref('stg_village_income') }}
    where {{ known_on_day() }}
),

stated as (
    select
        carried.period,
        carried.source_period,
        known.submission_id,
        known.submitter_code,
        known.received_at,
        known.sheet,
        known.row_number,
        known.is_carried,
        known.village_code,
        known.registered_poor_village,
        known.household_count,
        known.population,
        known.operating_income_yuan,
        known.contract_income_yuan,
        known.investment_income_yuan,
        known.subsidy_income_yuan,
        known.other_income_yuan,
        known.total_income_yuan,
        known.recorded_shell
    from {{ ref('int_carried_return') }} as carried
    inner join known
        on carried.submitter_code = known.submitter_code
        and carried.source_period = known.period
    where carried.form = 'village_income'
)

select
    period,
    case when source_period <> period then source_period end as carried_from,
    submission_id,
    submitter_code,
    received_at,
    sheet,
    row_number,
    is_carried,
    village_code,
    registered_poor_village,
    household_count,
    population,
    operating_income_yuan,
    contract_income_yuan,
    investment_income_yuan,
    subsidy_income_yuan,
    other_income_yuan,
    total_income_yuan,
    recorded_shell,
    {{ claim_rank('village_code', "village_code") }} as claim_rank
from stated
