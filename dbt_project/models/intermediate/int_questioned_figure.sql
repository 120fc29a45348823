-- Findings that nobody has answered and the indicators they bear on: a question about a column bears on what its own
-- SQL reads, one about a row on all that reads its form. What happened within a time rests on the return of that time
-- alone, and what is dated after a period bears on none of its figures. The peers of a row are the rows of its form
-- that its county returned for the same period, where they are enough, else those of the city.
with questioned as (
    select
        carried.period,
        rows_asked.finding_id,
        rows_asked.rule_code,
        rows_asked.form,
        rows_asked.submitter_code,
        rows_asked.submission_id,
        rows_asked.sheet,
        rows_asked.row_number,
        rows_asked.column_name,
        rows_asked.period as returned_for,
        coalesce(rows_asked.place_code, duties.area_code, rows_asked.submitter_code) as place_code,
        rows_asked.place_code is not null as is_placed
    from {{ ref('int_questioned_row') }} as rows_asked
    inner join {{ ref('int_carried_return') }} as carried
        on rows_asked.period = carried.source_period
        and rows_asked.submitter_code = carried.submitter_code
        and rows_asked.form = carried.form
        and {{ counts_by('rows_asked.counts_from', last_day_of_period('carried.period')) }}
    left join {{ ref('int_obligation') }} as duties
        on carried.period = duties.period
        and carried.submitter_code = duties.submitter_code
        and carried.form = duties.form
),

forms as (
    {{ contract_forms() }}
),

periods_before as (
    select
        later.period,
        max(earlier.period) as period_before
    from {{ ref('int_period') }} as later
    inner join {{ ref('int_period') }} as earlier on later.period > earlier.period
    group by later.period
),

returned as (
    select
        returns.form,
        returns.period,
        substr(submitters.area_code, 1, 6) as county_code,
        sum(returns.rows_in_force) as row_count
    from {{ ref('int_submission_known') }} as returns
    inner join {{ ref('submitter') }} as submitters on returns.submitter_code = submitters.submitter_code
    group by returns.form, returns.period, substr(submitters.area_code, 1, 6)
),

-- The county where it has enough peers.
enough as (
    select
        returned.form,
        returned.period,
        returned.county_code
    from returned
    inner join {{ ref('int_period') }} as periods on returned.period = periods.period
    inner join {{ ref('int_place_rollup') }} as counties
        on returned.county_code = counties.place_code
        and counties.map_edition = '2017'
        and counties.division_level = 'county'
    inner join {{ ref('suspicion_limit') }} as limits
        on returned.row_count > limits.amount
        and periods.last_day >= limits.valid_from
        and (limits.valid_to is null or periods.last_day <= limits.valid_to)
        and limits.measure = 'peers_needed'
)

select distinct
    questioned.period,
    needed.indicator,
    questioned.finding_id,
    questioned.rule_code,
    questioned.form,
    questioned.submitter_code,
    questioned.submission_id,
    questioned.sheet,
    questioned.row_number,
    questioned.column_name,
    questioned.place_code,
    questioned.is_placed,
    enough.county_code as peer_county_code,
    periods_before.period_before
from questioned
inner join forms on questioned.form = forms.form
inner join {{ ref('indicator_column') }} as needed
    on questioned.form = needed.form
    and (questioned.column_name is null or questioned.column_name = needed.column_name)
inner join {{ ref('indicator_definition') }} as definitions on needed.indicator = definitions.indicator
left join periods_before on questioned.returned_for = periods_before.period
left join enough
    on questioned.form = enough.form
    and questioned.returned_for = enough.period
    and substr(questioned.place_code, 1, 6) = enough.county_code
where
    questioned.period = questioned.returned_for
    or (forms.is_of_state and definitions.basis not in ('year-to-date', 'in-period'))
