-- An application once, however many lists or submitters show it: the township its code names goes first, then the
-- newest list.
with ranked as (
    select
        *,
        row_number() over (
            partition by application_code
            order by
                substr(application_code, 1, 9) <> submitter_code asc,
                period desc,
                submitter_code asc
        ) as claim_rank
    from {{ ref('int_identification_list') }}
)

select *
from ranked
where claim_rank = 1
