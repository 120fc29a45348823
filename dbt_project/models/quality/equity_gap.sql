with named as (
    select
        period,
        identity_kind,
        subject_code,
        min(reason) as reason,
        cast(max(case when second_row_key is null then 1 else 2 end) as bigint) as rows_in_set,
        cast(count(*) as bigint) as sets
    from {{ ref('int_equity_gap_set') }}
    group by period, identity_kind, subject_code
),

held as (
    select
        period,
        submitter_code,
        case
            when form = 'equity_holdings' then 'holdings_to_capital'
            when form = 'equity_group_members' then 'members_to_group'
            else 'dues_to_yield'
        end as identity_kind,
        rows_held
    from {{ ref('int_submission_known') }}
    where
        is_last_reading
        and form in ('equity_holdings', 'equity_group_members', 'dividends')
    union all
    select
        period,
        submitter_code,
        case when form = 'equity_holdings' then 'fund_holdings_to_fund_money' else 'households_paid_to_pool' end
            as identity_kind,
        rows_held
    from {{ ref('int_submission_known') }}
    where
        is_last_reading
        and form in ('equity_holdings', 'dividends')
)

select
    identities.period,
    identities.identity_kind,
    identities.cooperative_code,
    {{ county_of('identities.cooperative_code') }} as county_code,
    identities.subject_code,
    identities.expected_yuan,
    identities.actual_yuan,
    cast(identities.actual_yuan - identities.expected_yuan as decimal(18, 2)) as gap_yuan,
    named.reason,
    named.rows_in_set,
    coalesce(named.sets, 0) as sets,
    coalesce(held.rows_held, 0) as rows_held
from {{ ref('int_equity_identity') }} as identities
left join named
    on identities.period = named.period
    and identities.identity_kind = named.identity_kind
    and identities.subject_code = named.subject_code
left join held
    on identities.period = held.period
    and substr(identities.cooperative_code, 1, 9) = held.submitter_code
    and identities.identity_kind = held.identity_kind
where identities.actual_yuan <> identities.expected_yuan
