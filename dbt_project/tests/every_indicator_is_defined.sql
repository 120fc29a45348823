-- A figure without unit, basis and additivity is not published: the join with definitions would lose it.
select distinct measured.indicator
from {{ ref('int_indicator_value') }} as measured
left join {{ ref('indicator_definition') }} as definitions on measured.indicator = definitions.indicator
where definitions.indicator is null
