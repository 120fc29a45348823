select
    periods.period,
    returns.form,
    returns.submitter_code,
    max(returns.period) as source_period
from {{ ref('int_period') }} as periods
inner join {{ ref('int_return') }} as returns on periods.period >= returns.period
group by periods.period, returns.form, returns.submitter_code
