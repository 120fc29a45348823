-- Rates of surveys say themselves that nobody was surveyed, and differences to official figures are of other figures.
-- What happened within a time is told by the return of that time alone, also where the form is a state or a ledger.
-- Of two lists by year the last return stands whenever it came: decisions are read as a whole, and a village's
-- registration and proposed status are states.
{% set read_from_the_last = "form in ('household_decisions', 'village_income')" %}
select
    indicator,
    form,
    basis in ('year-to-date', 'in-period') as is_of_span,
    {{ read_from_the_last }} as is_of_last_return
from {{ ref('indicator_definition') }}
where form not in ('surveys', 'control_totals')
union all
select
    indicator,
    form,
    false as is_of_span,
    {{ read_from_the_last }} as is_of_last_return
from {{ ref('indicator_form') }}
