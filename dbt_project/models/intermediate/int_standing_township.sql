-- Where several submitters owe one form of a township, all of them have to answer.
select
    obligations.period,
    obligations.form,
    townships.township_code,
    max(case when obligations.is_due then 1 else 0 end) = 1 as is_due,
    min(case when obligations.is_standing then 1 else 0 end) = 1 as is_standing,
    min(case when obligations.is_returned then 1 else 0 end) = 1 as is_returned,
    min(case when obligations.was_returned then 1 else 0 end) = 1 as was_returned
from {{ ref('int_obligation') }} as obligations
inner join {{ ref('int_area_township') }} as townships on obligations.area_code = townships.area_code
group by obligations.period, obligations.form, townships.township_code
