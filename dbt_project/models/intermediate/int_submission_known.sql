-- Verdicts known on the day, with the last reading of each form of a submitter and period marked.
select
    *,
    row_number() over (
        partition by submitter_code, period, form, reading_status
        order by received_at desc, submission_id desc
    ) = 1
    and reading_status = 'read' as is_last_reading
from {{ ref('stg_submissions') }}
where received_at <= cast('{{ var("known_on") }}' as timestamp)
