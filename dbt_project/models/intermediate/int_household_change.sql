-- An entry once, however many townships show it: the one its code names goes first.
with ranked as (
    select
        *,
        row_number() over (
            partition by change_code
            order by substr(change_code, 1, 9) <> submitter_code, submitter_code
        ) as claim_rank
    from {{ ref('int_household_change_list') }}
)

select *
from ranked
where claim_rank = 1
