-- Rates of surveys say themselves that nobody was surveyed, and differences to official figures are of other figures.
select
    indicator,
    form
from {{ ref('indicator_definition') }}
where form not in ('surveys', 'control_totals')
union all
select
    indicator,
    form
from {{ ref('indicator_form') }}
