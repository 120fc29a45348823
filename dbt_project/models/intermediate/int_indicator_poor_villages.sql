{{ config(materialized="view") }}

-- Poor villages by the counties' decisions: those on which the last decision up to the end of the period is an entry,
-- and those on which it is an exit.
with rolled as (
    {% call rolled_up(
        ref('int_village_recorded_status'),
        place='village_code',
        where="places.division_level <> 'village'"
    ) %}
        count(case when counted.recorded_poor_village then 1 end) as remaining,
        count(case when not counted.recorded_poor_village then 1 end) as exited
    {% endcall %}
)

{{ indicator_figures('rolled', [
    ('poor_villages', 'remaining'),
    ('poor_villages_exited', 'exited'),
]) }}
