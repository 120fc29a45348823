-- Rates of surveys say themselves that nobody was surveyed, and differences to official figures are of other figures.
-- What happened within a time is told by the return of that time alone, also where the form is a state or a ledger.
select
    indicator,
    form,
    basis in ('year-to-date', 'in-period') as is_of_span
from {{ ref('indicator_definition') }}
where form not in ('surveys', 'control_totals')
union all
select
    indicator,
    form,
    false as is_of_span
from {{ ref('indicator_form') }}
