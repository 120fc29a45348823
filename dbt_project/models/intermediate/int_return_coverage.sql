-- How much of a division returned a form for a period, weighted by the households it registers.
with owed as (
    select
        periods.period,
        duties.form,
        duties.submitter_code,
        duties.area_code,
        case
            when duties.frequency = 'month' then true
            when duties.frequency = 'quarter' then periods.calendar_month in (3, 6, 9, 12)
            when duties.frequency = 'half-year' then periods.calendar_month in (6, 12)
            else periods.calendar_month = 12
        end as is_due
    from {{ ref('int_period') }} as periods
    inner join {{ ref('submitter_form') }} as duties
        on periods.last_day >= duties.valid_from
        and (duties.valid_to is null or periods.first_day <= duties.valid_to)
    where duties.role = 'primary'
),

weights as (
    select
        period,
        submitter_code,
        count(*) as households
    from {{ ref('int_household_state') }}
    group by period, submitter_code
),

held as (
    select
        period,
        form,
        submitter_code,
        rows_held,
        persons_held
    from {{ ref('int_submission_known') }}
    where is_last_reading
),

judged as (
    select
        owed.period,
        owed.form,
        owed.area_code,
        -- A submitter that never registered a household still weighs something: its silence must show.
        coalesce(weights.households, 1) as weight,
        case
            when carried.source_period = owed.period then true
            when not owed.is_due then carried.source_period is not null
            else false
        end as is_returned,
        coalesce(held.rows_held, 0) as rows_held,
        coalesce(held.persons_held, 0) as persons_held
    from owed
    left join weights
        on owed.period = weights.period
        and owed.submitter_code = weights.submitter_code
    left join {{ ref('int_carried_return') }} as carried
        on owed.period = carried.period
        and owed.form = carried.form
        and owed.submitter_code = carried.submitter_code
    left join held
        on owed.period = held.period
        and owed.form = held.form
        and owed.submitter_code = held.submitter_code
)

select
    places.map,
    places.division_level,
    places.division_code,
    judged.period,
    judged.form,
    {{ safe_divide(
        'sum(case when judged.is_returned then judged.weight else 0 end)',
        'sum(judged.weight)'
    ) }} as coverage,
    cast(sum(judged.rows_held) as bigint) as rows_held,
    cast(sum(judged.persons_held) as bigint) as persons_held
from judged
inner join {{ ref('int_place_rollup') }} as places on judged.area_code = places.place_code
group by places.map, places.division_level, places.division_code, judged.period, judged.form
union all
select
    '2017' as map,
    'village' as division_level,
    villages.division_code,
    judged.period,
    judged.form,
    cast(case when judged.is_returned then 1 else 0 end as decimal(24, 6)) as coverage,
    -- What is held is known by township only.
    cast(null as bigint) as rows_held,
    cast(null as bigint) as persons_held
from judged
inner join {{ ref('int_division') }} as villages
    on judged.area_code = villages.township_code
    and villages.map = '2017'
    and villages.division_level = 'village'
