{{ config(materialized="view") }}

-- Whom poverty rates count against: the registered rural population of villages as their township reports it.
select
    period,
    village_code as place_code,
    rural_registered_population as population
from {{ ref('fct_village_profile') }}
where rural_registered_population is not null
