-- A person is counted once per division, however many households there claim the person. The few whom
-- several claim are counted apart: a distinct count over everybody took ten times as long.
with claimed_again as (
    select distinct
        period,
        person_key
    from {{ ref('fct_person_status') }}
    where not is_counted
),

persons as (
    select
        persons.period,
        persons.village_code as place_code,
        persons.person_key,
        persons.is_poor,
        claimed_again.person_key is not null as is_claimed_again
    from {{ ref('fct_person_status') }} as persons
    left join claimed_again
        on persons.period = claimed_again.period
        and persons.person_key = claimed_again.person_key
),

by_place as (
    select
        period,
        place_code,
        count(*) as registered,
        count(case when is_poor then 1 end) as poor,
        count(case when not is_poor then 1 end) as exited
    from persons
    where not is_claimed_again
    group by period, place_code
),

counted as (
    select
        places.map_edition,
        places.division_level,
        places.division_code,
        by_place.period,
        sum(by_place.registered) as registered,
        sum(by_place.poor) as poor,
        sum(by_place.exited) as exited
    from by_place
    inner join {{ ref('int_place_rollup') }} as places on by_place.place_code = places.place_code
    group by places.map_edition, places.division_level, places.division_code, by_place.period
    union all
    {% call rolled_up('persons', where='counted.is_claimed_again') %}
        count(distinct counted.person_key) as registered,
        count(distinct case when counted.is_poor then counted.person_key end) as poor,
        count(distinct case when not counted.is_poor then counted.person_key end) as exited
    {% endcall %}
),

rolled as (
    select
        map_edition,
        division_level,
        division_code,
        period,
        sum(registered) as registered,
        sum(poor) as poor,
        sum(exited) as exited
    from counted
    group by map_edition, division_level, division_code, period
)

{{ indicator_figures('rolled', [
    ('registered_persons', 'registered'),
    ('poor_persons', 'poor'),
    ('exited_persons', 'exited'),
    ('exit_rate', 'exited', 'registered'),
]) }}
