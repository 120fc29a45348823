-- How much of a division returned a form for a period, weighted by the households it registers; what is held of
-- the returns and was never accepted, and how much is carried forward: from submitters that owe the form and did not
-- return it, and for rows that are held.
with covered as (
    {% call rolled_up(ref('int_obligation_area'), by=['form'], place='township_code') %}
        {{ safe_divide(
            'sum(case when counted.is_returned then counted.weight else 0 end)',
            'sum(counted.weight)'
        ) }} as coverage
    {% endcall %}
),

silent as (
    -- A township is silent when any submitter that answers for it did not return the form.
    select
        period,
        form,
        township_code,
        max(persons) as persons
    from {{ ref('int_obligation_area') }}
    where not is_returned
    group by period, form, township_code
),

silent_persons as (
    select
        places.map_edition,
        places.division_code,
        silent.period,
        silent.form,
        sum(silent.persons) as persons_outstanding
    from silent
    inner join {{ ref('int_place_rollup') }} as places on silent.township_code = places.place_code
    group by places.map_edition, places.division_code, silent.period, silent.form
),

last_accepted as (
    select
        period,
        submitter_code,
        form,
        rows_accepted
    from {{ ref('int_submission_known') }}
    where is_last_reading
),

followed as (
    select
        obligations.period,
        obligations.form,
        obligations.area_code,
        obligations.rows_held,
        obligations.persons_held,
        case
            when obligations.is_due and obligations.state not in ('received', 'nothing')
                then coalesce(last_accepted.rows_accepted, 0)
            else obligations.rows_carried_for_held
        end as rows_outstanding,
        case
            when obligations.state = 'received' then obligations.persons_carried_for_held
            else 0
        end as persons_outstanding
    from {{ ref('int_obligation') }} as obligations
    left join last_accepted
        on obligations.carried_from = last_accepted.period
        and obligations.submitter_code = last_accepted.submitter_code
        and obligations.form = last_accepted.form
),

held as (
    -- Known of the area a submitter answers for and of what lies above it, not of the parts of the area.
    select
        places.map_edition,
        places.division_code,
        followed.period,
        followed.form,
        sum(followed.rows_held) as rows_held,
        sum(followed.persons_held) as persons_held,
        sum(followed.rows_outstanding) as rows_outstanding,
        sum(followed.persons_outstanding) as persons_outstanding
    from followed
    inner join {{ ref('int_place_rollup') }} as places on followed.area_code = places.place_code
    group by places.map_edition, places.division_code, followed.period, followed.form
)

select
    covered.map_edition,
    covered.division_level,
    covered.division_code,
    covered.period,
    covered.form,
    covered.coverage,
    cast(held.rows_held as bigint) as rows_held,
    cast(held.persons_held as bigint) as persons_held,
    cast(held.rows_outstanding as bigint) as rows_outstanding,
    cast(
        coalesce(silent_persons.persons_outstanding, 0) + coalesce(held.persons_outstanding, 0) as bigint
    ) as persons_outstanding
from covered
left join held
    on covered.map_edition = held.map_edition
    and covered.division_code = held.division_code
    and covered.period = held.period
    and covered.form = held.form
left join silent_persons
    on covered.map_edition = silent_persons.map_edition
    and covered.division_code = silent_persons.division_code
    and covered.period = silent_persons.period
    and covered.form = silent_persons.form
union all
select
    '2017' as map_edition,
    'village' as division_level,
    villages.division_code,
    covered.period,
    covered.form,
    covered.coverage,
    -- What is held or outstanding is known by township only.
    cast(null as bigint) as rows_held,
    cast(null as bigint) as persons_held,
    cast(null as bigint) as rows_outstanding,
    cast(null as bigint) as persons_outstanding
from covered
inner join {{ ref('int_division') }} as villages
    on covered.division_code = villages.township_code
    and villages.map_edition = '2017'
    and villages.division_level = 'village'
where
    covered.map_edition = '2017'
    and covered.division_level = 'township'
