-- Measures that leave no trace where they should: for someone to look at, not an error of a return.
with measures as (
    select
        measures.period,
        measures.household_code,
        measures.measure_code,
        measures.measure_type,
        measures.submission_id,
        measures.sheet,
        measures.row_number,
        measures.started_on,
        periods.calendar_year
    from {{ ref('fct_assistance_measure') }} as measures
    inner join {{ ref('int_period') }} as periods on measures.period = periods.period
),

last_income as (
    select
        household_code,
        income_year,
        business_income_yuan,
        asset_dividend_yuan,
        row_number() over (partition by household_code order by income_year desc) as recency
    from {{ ref('int_household_income') }}
),

judged as (
    select
        measures.*,
        case
            when
                measures.measure_type in ('venture', 'orders')
                and last_income.business_income_yuan = 0
                then 'no business income'
            when
                measures.measure_type = 'equity'
                and coalesce(last_income.asset_dividend_yuan, 0) = 0
                then 'no dividend'
        end as lacks
    from measures
    inner join last_income
        on measures.household_code = last_income.household_code
        and last_income.recency = 1
    -- A measure begun within the year of income or later cannot show in it yet.
    where measures.started_on < make_date(cast(last_income.income_year as int), 1, 1)
),

contracts as (
    select
        period,
        household_code
    from {{ ref('fct_base_fostering') }}
),

returned as (
    -- Only where contracts were returned at all can one be missing.
    select distinct period
    from contracts
),

fostered as (
    select
        measures.*,
        'no fostering contract' as lacks
    from measures
    inner join returned on measures.period = returned.period
    left join contracts
        on measures.period = contracts.period
        and measures.household_code = contracts.household_code
    where
        measures.measure_type = 'fostering'
        and contracts.household_code is null
)

select
    period,
    measure_code,
    household_code,
    {{ county_of('household_code') }} as county_code,
    measure_type,
    lacks,
    submission_id,
    sheet,
    row_number
from judged
where lacks is not null
union all
select
    period,
    measure_code,
    household_code,
    {{ county_of('household_code') }} as county_code,
    measure_type,
    lacks,
    submission_id,
    sheet,
    row_number
from fostered
