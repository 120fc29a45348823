-- The townships of an owed area, each with the share of its weight that this submitter answers for: what a
-- township registers weighs, and an area that several submitters owe one form for is shared equally.
with households as (
    select
        period,
        submitter_code as township_code,
        count(*) as households
    from {{ ref('int_household_state') }}
    group by period, submitter_code
),

persons as (
    select
        period,
        submitter_code as township_code,
        count(*) as persons
    from {{ ref('fct_person_status') }}
    group by period, submitter_code
),

sharing as (
    select
        period,
        form,
        area_code,
        count(*) as submitters
    from {{ ref('int_obligation') }}
    group by period, form, area_code
),

answered as (
    select
        obligations.period,
        obligations.form,
        obligations.submitter_code,
        obligations.area_code,
        townships.township_code,
        -- A township that never registered a household still weighs something: its silence must show.
        coalesce(households.households, 1) as households,
        sharing.submitters,
        coalesce(persons.persons, 0) as persons,
        case
            when obligations.state in ('received', 'nothing') then true
            when obligations.is_due then false
            else obligations.carried_from is not null
        end as is_returned
    from {{ ref('int_obligation') }} as obligations
    inner join {{ ref('int_area_township') }} as townships on obligations.area_code = townships.area_code
    inner join sharing
        on obligations.period = sharing.period
        and obligations.form = sharing.form
        and obligations.area_code = sharing.area_code
    left join households
        on obligations.period = households.period
        and townships.township_code = households.township_code
    left join persons
        on obligations.period = persons.period
        and townships.township_code = persons.township_code
)

select
    period,
    form,
    submitter_code,
    area_code,
    township_code,
    {{ safe_divide('households', 'submitters') }} as weight,
    persons,
    is_returned
from answered
