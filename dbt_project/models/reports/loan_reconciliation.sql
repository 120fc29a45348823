with named as (
    select
        period,
        contract_number,
        township_code,
        bank_code,
        bank_submitter,
        in_township,
        in_bank,
        township_principal_yuan,
        bank_principal_yuan,
        township_balance_yuan,
        bank_balance_yuan,
        township_overdue_yuan,
        bank_overdue_yuan,
        concat_ws(
            ', ',
            principal_differs,
            balance_differs,
            overdue_differs,
            release_differs,
            due_differs,
            rate_differs,
            guarantor_differs,
            borrower_differs,
            bank_differs
        ) as differing_fields
    from {{ ref('int_loan_pair') }}
)

select
    period,
    contract_number,
    township_code,
    substr(township_code, 1, 6) as county_code,
    coalesce(bank_code, bank_submitter) as bank_code,
    case
        when not in_bank then 'only in township'
        when not in_township then 'only in bank'
        when differing_fields <> '' then 'differs'
        else 'agrees'
    end as outcome,
    nullif(differing_fields, '') as differing_fields,
    township_principal_yuan,
    bank_principal_yuan,
    township_balance_yuan,
    bank_balance_yuan,
    township_overdue_yuan,
    bank_overdue_yuan,
    '{{ var("data_origin") }}' as data_origin
from named
