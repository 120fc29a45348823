with returned as (
    {{ returned_rows() }}
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
