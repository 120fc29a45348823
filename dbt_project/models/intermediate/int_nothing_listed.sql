-- Townships of which a form lists nothing: everybody who owes it for them answered, and no row of it stands.
with standing as (
    select
        carried.period,
        carried.submitter_code,
        carried.form,
        max(returns.rows_standing) as rows_standing
    from {{ ref('int_carried_return') }} as carried
    inner join {{ ref('int_submission_known') }} as returns
        on carried.source_period = returns.period
        and carried.submitter_code = returns.submitter_code
        and carried.form = returns.form
    group by carried.period, carried.submitter_code, carried.form
)

select
    obligations.period,
    obligations.form,
    townships.township_code
from {{ ref('int_obligation') }} as obligations
inner join {{ ref('int_area_township') }} as townships on obligations.area_code = townships.area_code
left join standing
    on obligations.period = standing.period
    and obligations.submitter_code = standing.submitter_code
    and obligations.form = standing.form
group by obligations.period, obligations.form, townships.township_code
having min(case when obligations.is_standing and standing.rows_standing = 0 then 1 else 0 end) = 1
