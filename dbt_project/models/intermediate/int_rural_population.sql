-- Whom the comprehensive poverty rate counts against: the population of villages as their township reports it.
select
    period,
    village_code as place_code,
    population
from {{ ref('int_village_state') }}
where
    claim_rank = 1
    and population is not null
