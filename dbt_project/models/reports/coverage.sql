with obligations as (
    select
        places.map_edition,
        places.division_code,
        obligations.period,
        obligations.form,
        count(case when obligations.is_due then 1 end) as owed,
        count(case when obligations.state = 'received' then 1 end) as received,
        count(case when obligations.state = 'nothing' then 1 end) as nothing,
        count(case when obligations.is_due and obligations.state in ('missing', 'rejected') then 1 end) as missing,
        count(case when obligations.state = 'rejected' then 1 end) as rejected,
        count(case when obligations.state = 'waived' then 1 end) as waived,
        count(case when obligations.state in ('received', 'nothing') and obligations.is_late then 1 end) as late
    from {{ ref('int_obligation') }} as obligations
    inner join {{ ref('int_place_rollup') }} as places on obligations.area_code = places.place_code
    group by places.map_edition, places.division_code, obligations.period, obligations.form
)

select
    coverages.map_edition,
    coverages.division_level,
    coverages.division_code,
    {{ county_of('coverages.division_code') }} as county_code,
    coverages.period,
    coverages.form,
    -- Below the area that a submitter answers for nobody owes the form: coverage alone is known.
    coalesce(obligations.owed, 0) as owed,
    coalesce(obligations.received, 0) as received,
    coalesce(obligations.nothing, 0) as nothing,
    coalesce(obligations.missing, 0) as missing,
    coalesce(obligations.rejected, 0) as rejected,
    coalesce(obligations.waived, 0) as waived,
    coalesce(obligations.late, 0) as late,
    coverages.coverage,
    coverages.rows_held,
    coverages.persons_held,
    coverages.rows_outstanding,
    coverages.persons_outstanding,
    '{{ var("data_origin") }}' as data_origin
from {{ ref('int_return_coverage') }} as coverages
left join obligations
    on coverages.map_edition = obligations.map_edition
    and coverages.division_code = obligations.division_code
    and coverages.period = obligations.period
    and coverages.form = obligations.form
where coverages.division_level <> 'village'
