-- What is not settled of the returns that the figures of a period rest on: those that are due and did not come, rows
-- that are held, and rows that stand for held ones, of the return that stands.
-- A missing state is made good by the next one; what compares with it still lacks it. A list by year lacks every return
-- of its year and of years before. A ledger lacks what only its last return would tell, whatever period that is of.
with forms as (
    {{ contract_forms() }}
),

missing as (
    select
        period,
        submitter_code,
        form
    from {{ ref('int_obligation') }}
    where
        is_due
        and not is_returned
),

missed as (
    select
        obligations.period,
        obligations.submitter_code,
        obligations.form,
        max(case when missing.period <= obligations.period then missing.period end) as missing_before,
        max(case
            when substr(missing.period, 1, 4) <= substr(obligations.period, 1, 4) then missing.period
        end) as missing_of_year,
        max(missing.period) as missing_last,
        max(case when missing.period = obligations.period then 1 else 0 end) = 1 as is_missing
    from {{ ref('int_obligation') }} as obligations
    inner join missing
        on obligations.submitter_code = missing.submitter_code
        and obligations.form = missing.form
    group by obligations.period, obligations.submitter_code, obligations.form
),

returned_last as (
    select
        submitter_code,
        form,
        max(period) as period
    from {{ ref('int_return') }}
    group by submitter_code, form
),

-- What stands of a return lies in its whole, its corrections and, for held rows, in a return of before. A row of its
-- own that stands for what was refused since is among those that stand for held ones, too: it counts once.
returned as (
    select
        period,
        submitter_code,
        form,
        greatest(
            sum(rows_standing - rows_carried)
            + max(case when is_last_reading then rows_carried_for_held else 0 end),
            max(case when is_last_reading then rows_accepted else 0 end)
        ) as row_count
    from {{ ref('int_submission_known') }}
    group by period, submitter_code, form
),

known as (
    select
        periods.period,
        returned.submitter_code,
        returned.form,
        max(returned.row_count) as rows_most
    from {{ ref('int_period') }} as periods
    inner join returned on periods.period >= returned.period
    group by periods.period, returned.submitter_code, returned.form
)

select
    obligations.period,
    obligations.form,
    obligations.submitter_code,
    obligations.area_code,
    coalesce(case
        when forms.is_ledger
            then
                missed.is_missing
                or missed.missing_last > coalesce(returned_last.period, '')
                or missed.missing_before > coalesce(carried.source_period, '')
        when forms.is_of_state then missed.missing_before > coalesce(carried.source_period, '')
        else missed.missing_of_year is not null
    end, false) as is_open_to_states,
    coalesce(case
        when forms.is_ledger
            then
                missed.is_missing
                or missed.missing_last > coalesce(returned_last.period, '')
                or missed.missing_before > coalesce(carried.source_period, '')
        when forms.is_of_state then missed.missing_before is not null
        else missed.missing_of_year is not null
    end, false) as is_open_to_changes,
    carried.source_period is not null as was_returned,
    cast(coalesce(known.rows_most, 0) as bigint) as rows_most,
    cast(coalesce(standing.rows_held_new, 0) as bigint) as rows_held,
    cast(coalesce(standing.rows_carried_for_held, 0) as bigint) as rows_carried
from {{ ref('int_obligation') }} as obligations
inner join forms on obligations.form = forms.form
left join missed
    on obligations.period = missed.period
    and obligations.submitter_code = missed.submitter_code
    and obligations.form = missed.form
left join returned_last
    on obligations.submitter_code = returned_last.submitter_code
    and obligations.form = returned_last.form
left join known
    on obligations.period = known.period
    and obligations.submitter_code = known.submitter_code
    and obligations.form = known.form
left join {{ ref('int_carried_return') }} as carried
    on obligations.period = carried.period
    and obligations.submitter_code = carried.submitter_code
    and obligations.form = carried.form
left join {{ ref('int_submission_known') }} as standing
    on carried.source_period = standing.period
    and obligations.submitter_code = standing.submitter_code
    and obligations.form = standing.form
    and standing.is_last_reading
