{{ config(materialized="view") }}

-- How many of the registered a line insures. Both sides are of townships that a policy in force is known of and whose
-- register stands: where an insurer was never heard of, nobody is known to be uninsured.
with policies as (
    select
        period,
        township_code as place_code,
        insurance_line,
        sum(insured_persons) as insured
    from {{ ref('int_policy_in_force') }}
    group by period, township_code, insurance_line
),

of_registers as (
    {{ answered_rows('policies', ['households', 'members']) }}
),

known as (
    select distinct
        period,
        place_code
    from of_registers
),

-- A person whom two townships register is one in whatever contains both.
registers as (
    select
        places.map_edition,
        places.division_level,
        places.division_code,
        known.period,
        count(distinct persons.person_key) as registered
    from known
    inner join {{ ref('fct_person_status') }} as persons
        on known.period = persons.period
        and known.place_code = persons.township_code
    inner join {{ ref('int_place_rollup') }} as places on known.place_code = places.place_code
    group by places.map_edition, places.division_level, places.division_code, known.period
),

-- Every line of every township that has any.
lines as (
    select
        places.map_edition,
        places.division_level,
        places.division_code,
        known.period,
        codes.code as insurance_line,
        sum(coalesce(policies.insured, 0)) as insured
    from known
    cross join {{ ref('code_insurance_line') }} as codes
    left join policies
        on known.period = policies.period
        and known.place_code = policies.place_code
        and codes.code = policies.insurance_line
    inner join {{ ref('int_place_rollup') }} as places on known.place_code = places.place_code
    group by places.map_edition, places.division_level, places.division_code, known.period, codes.code
),

rolled as (
    select
        lines.map_edition,
        lines.division_level,
        lines.division_code,
        lines.period,
        lines.insurance_line,
        lines.insured,
        registers.registered
    from lines
    inner join registers
        on lines.map_edition = registers.map_edition
        and lines.division_level = registers.division_level
        and lines.division_code = registers.division_code
        and lines.period = registers.period
)

{{ indicator_figures('rolled', [
    ('insured_share_', 'insured', 'registered'),
], by='insurance_line') }}
