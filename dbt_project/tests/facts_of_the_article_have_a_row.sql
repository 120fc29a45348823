-- Every fact that a form carries stands in the report, also when nothing was returned.
select readings.fact
from {{ ref('article_reading') }} as readings
left join {{ ref('article_2017') }} as report on readings.fact = report.fact
where report.fact is null
