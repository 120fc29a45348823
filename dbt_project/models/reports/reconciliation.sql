with control_totals as (
    select
        submission_id,
        submitter_code,
        period,
        form,
        'control total of the cover sheet' as where_from,
        cast(rows_read as decimal(24, 6)) as ours,
        cast(control_rows as decimal(24, 6)) as theirs,
        'rows' as unit,
        cast(null as string) as indicator,
        cast(null as string) as division_code,
        cast(null as string) as source_document
    from {{ ref('int_submission_known') }}
    where
        reading_status = 'read'
        and control_rows is not null
),

fund_outstanding as (
    select
        period,
        fund_code,
        max(submission_id) as submission_id,
        max(submitter_code) as submitter_code,
        sum(guaranteed_outstanding_yuan) as theirs
    from {{ ref('fct_guarantee_fund') }}
    where carried_from is null
    group by period, fund_code
),

loans_of_funds as (
    select
        period,
        substr(fund_code, 1, 9) as township_code,
        sum(balance_yuan) as ours
    from {{ ref('int_loan_state') }}
    where
        claim_rank = 1
        and fund_code is not null
    group by period, substr(fund_code, 1, 9)
),

funds_of_townships as (
    select
        period,
        substr(fund_code, 1, 9) as township_code,
        max(submission_id) as submission_id,
        max(submitter_code) as submitter_code,
        sum(theirs) as theirs
    from fund_outstanding
    group by period, substr(fund_code, 1, 9)
),

fund_balances as (
    select
        funds.submission_id,
        funds.submitter_code,
        funds.period,
        'guarantee_funds' as form,
        'outstanding guarantee the funds of a township state, against the balances of their loans' as where_from,
        cast(coalesce(loans.ours, 0) as decimal(24, 6)) as ours,
        cast(funds.theirs as decimal(24, 6)) as theirs,
        'yuan' as unit,
        cast(null as string) as indicator,
        cast(null as string) as division_code,
        cast(null as string) as source_document
    from funds_of_townships as funds
    left join loans_of_funds as loans
        on funds.period = loans.period
        and funds.township_code = loans.township_code
),

official_figures as (
    select
        submission_id,
        submitter_code,
        figure_period as period,
        'control_totals' as form,
        'official figure: ' || source_kind as where_from,
        cast(our_value as decimal(24, 6)) as ours,
        cast(figure_value as decimal(24, 6)) as theirs,
        figure_unit as unit,
        indicator,
        division_code,
        source_document
    from {{ ref('int_control_total') }}
),

compared as (
    select *
    from control_totals
    union all
    select *
    from fund_balances
    union all
    select *
    from official_figures
)

select
    submission_id,
    submitter_code,
    {{ county_of('coalesce(division_code, submitter_code)') }} as county_code,
    period,
    form,
    where_from,
    ours,
    theirs,
    cast(ours - theirs as decimal(24, 6)) as difference,
    unit,
    indicator,
    division_code,
    source_document,
    '{{ var("data_origin") }}' as data_origin
from compared
