-- How far the figures of a form are confirmed in a division: provisional, county-confirmed, final. A figure rests on
-- the returns of its period and of those before, so a return received on a later day takes the confirmation back.
-- Nothing is confirmed while a return that is due is missing: it is waived with its reason, or comes. The figures of a
-- closed period are final, whoever has confirmed them: closing keeps its reason.
with counties as (
    select distinct
        places.map_edition,
        places.division_level,
        places.division_code,
        substr(places.place_code, 1, 6) as county_code
    from {{ ref('int_place_rollup') }} as places
    where
        places.division_level <> 'village'
        and substr(places.place_code, 5, 2) <> '00'
),

county_codes as (
    select distinct county_code
    from counties
    where map_edition = '2017'
),

returned as (
    select
        county_codes.county_code,
        obligations.form,
        obligations.period,
        {{ sanming_day('obligations.last_received_at') }} as received_on,
        case when obligations.is_due and obligations.state in ('missing', 'rejected') then 1 else 0 end as is_missing
    from {{ ref('int_obligation') }} as obligations
    inner join county_codes
        on
        substr(obligations.area_code, 1, 6) = county_codes.county_code
        or obligations.area_code = substr(county_codes.county_code, 1, 4) || '00'
),

by_period as (
    select
        county_code,
        form,
        period,
        max(received_on) as received_on,
        max(is_missing) as is_missing
    from returned
    group by county_code, form, period
    union all
    -- Figures of no single form rest on all of them; the confirmations themselves are no figures.
    select
        county_code,
        'all' as form,
        period,
        max(received_on) as received_on,
        max(is_missing) as is_missing
    from returned
    where form <> 'period_confirmations'
    group by county_code, period
),

last_returns as (
    select
        county_code,
        form,
        period,
        max(received_on) over (partition by county_code, form order by period) as received_on,
        is_missing
    from by_period
),

standing as (
    select
        area_code,
        period_confirmed,
        form_confirmed,
        confirmation_level,
        {{ sanming_day('first_received_at') }} as confirmed_on
    from {{ ref('int_confirmation') }}
    where is_standing
),

confirmed as (
    select
        last_returns.county_code,
        last_returns.form,
        last_returns.period,
        last_returns.received_on,
        last_returns.is_missing,
        max(
            case when standing.confirmation_level = 'county' then standing.confirmed_on end
        ) as county_confirmed_on,
        max(case when standing.confirmation_level = 'city' then standing.confirmed_on end) as city_confirmed_on
    from last_returns
    left join standing
        on last_returns.period = standing.period_confirmed
        and (standing.form_confirmed is null or last_returns.form = standing.form_confirmed)
        and (
            last_returns.county_code = standing.area_code
            or standing.area_code = substr(last_returns.county_code, 1, 4) || '00'
        )
    group by
        last_returns.county_code,
        last_returns.form,
        last_returns.period,
        last_returns.received_on,
        last_returns.is_missing
),

ranked as (
    select
        county_code,
        form,
        period,
        case
            when is_missing = 1 then 0
            when county_confirmed_on is null or county_confirmed_on < received_on then 0
            when city_confirmed_on is null or city_confirmed_on < county_confirmed_on then 1
            else 2
        end as step
    from confirmed
)

select
    counties.map_edition,
    counties.division_level,
    counties.division_code,
    ranked.form,
    ranked.period,
    case
        when max(case when periods.is_closed then 1 end) = 1 then 'final'
        when min(ranked.step) = 0 then 'provisional'
        when min(ranked.step) = 1 then 'county-confirmed'
        else 'final'
    end as status
from counties
inner join ranked on counties.county_code = ranked.county_code
left join {{ ref('int_period') }} as periods on ranked.period = periods.period
group by counties.map_edition, counties.division_level, counties.division_code, ranked.form, ranked.period
