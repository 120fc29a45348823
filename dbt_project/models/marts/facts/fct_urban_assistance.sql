select
    measures.period,
    measures.carried_from,
    measures.measure_code,
    measures.urban_household_code,
    measures.measure_type,
    households.community_code,
    households.township_code,
    households.county_code,
    measures.submitter_code,
    households.is_in_programme,
    measures.started_on,
    measures.ended_on,
    measures.has_helper,
    measures.funds_yuan,
    measures.is_carried,
    measures.submission_id,
    measures.sheet,
    measures.row_number,
    measures.received_at
from {{ ref('int_urban_assistance_state') }} as measures
inner join {{ ref('fct_urban_household') }} as households
    on measures.period = households.period
    and measures.submitter_code = households.submitter_code
    and measures.urban_household_code = households.urban_household_code
where measures.claim_rank = 1
