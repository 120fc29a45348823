{{ config(materialized="view") }}

select
    period,
    form,
    submitter_code,
    max(case when is_standing then 1 else 0 end) = 1 as is_standing,
    max(case when is_returned then 1 else 0 end) = 1 as is_returned,
    max(case when was_returned then 1 else 0 end) = 1 as was_returned
from {{ ref('int_obligation') }}
group by period, form, submitter_code
