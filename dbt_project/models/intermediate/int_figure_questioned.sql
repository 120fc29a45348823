-- How many rows under an open question a figure may rest on: rows of a form and of a place of its division, asked about
-- a column that its own SQL reads. What happened within a time rests on the return of that time alone.
with questioned as (
    select
        carried.period,
        rows_asked.form,
        rows_asked.submission_id,
        rows_asked.sheet,
        rows_asked.row_number,
        rows_asked.column_name,
        coalesce(rows_asked.place_code, duties.area_code, rows_asked.submitter_code) as place_code,
        carried.period = rows_asked.period as is_of_period
    from {{ ref('int_questioned_row') }} as rows_asked
    inner join {{ ref('int_carried_return') }} as carried
        on rows_asked.period = carried.source_period
        and rows_asked.submitter_code = carried.submitter_code
        and rows_asked.form = carried.form
    left join {{ ref('int_obligation') }} as duties
        on carried.period = duties.period
        and carried.submitter_code = duties.submitter_code
        and carried.form = duties.form
),

forms as (
    {{ contract_forms() }}
),

concerned as (
    select distinct
        needed.indicator,
        questioned.period,
        questioned.place_code,
        questioned.submission_id,
        questioned.sheet,
        questioned.row_number
    from questioned
    inner join forms on questioned.form = forms.form
    inner join {{ ref('indicator_column') }} as needed
        on questioned.form = needed.form
        and (questioned.column_name is null or questioned.column_name = needed.column_name)
    inner join {{ ref('indicator_definition') }} as definitions on needed.indicator = definitions.indicator
    where
        questioned.is_of_period
        or (forms.is_of_state and definitions.basis not in ('year-to-date', 'in-period'))
)

select
    places.map,
    places.division_level,
    places.division_code,
    concerned.period,
    concerned.indicator,
    count(*) as rows_questioned
from concerned
inner join {{ ref('int_place_rollup') }} as places on concerned.place_code = places.place_code
group by
    places.map, places.division_level, places.division_code, concerned.period, concerned.indicator
