select *
from {{ ref('int_indicator_persons') }}
union all
select *
from {{ ref('int_indicator_households') }}
union all
select *
from {{ ref('int_indicator_measures') }}
union all
select *
from {{ ref('int_indicator_income') }}
union all
select *
from {{ ref('int_indicator_loans') }}
union all
select *
from {{ ref('int_indicator_funds') }}
union all
select *
from {{ ref('int_indicator_villages') }}
union all
select *
from {{ ref('int_indicator_rows') }}
