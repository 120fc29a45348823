-- The smallest sets of rows whose change or absence closes a gap: of one row, and only where there is none, of two.
-- Of sets of one size the better reason wins; ties all stand.
with gaps as (
    select
        period,
        identity_kind,
        subject_code,
        cast(round((actual_yuan - expected_yuan) * 100) as bigint) as gap_fen
    from {{ ref('int_equity_identity') }}
    where actual_yuan <> expected_yuan
),

components as (
    select
        components.period,
        components.identity_kind,
        components.subject_code,
        gaps.gap_fen,
        components.form || '/' || components.component_code || '/' || components.row_number as row_key,
        components.sign,
        components.amount_fen,
        components.sign * (components.amount_fen - components.own_expected_fen) as deviation_fen,
        components.is_present,
        count(*) over (
            partition by
                components.period,
                components.identity_kind,
                components.subject_code,
                components.is_present,
                components.sign,
                components.amount_fen
        ) as times
    from {{ ref('int_equity_component') }} as components
    inner join gaps
        on components.period = gaps.period
        and components.identity_kind = gaps.identity_kind
        and components.subject_code = gaps.subject_code
),

powers as (
    {% for exponent in range(12) %}
        select cast(1{{ '0' * exponent }} as bigint) as power
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

digits as (
    select
        components.period,
        components.identity_kind,
        components.subject_code,
        components.gap_fen,
        components.row_key,
        powers.power,
        components.sign,
        {{ integer_divide('components.amount_fen', 'powers.power') }}
        - 10 * {{ integer_divide('components.amount_fen', '10 * powers.power') }} as lower_digit,
        {{ integer_divide('components.amount_fen', '10 * powers.power') }}
        - 10 * {{ integer_divide('components.amount_fen', '100 * powers.power') }} as upper_digit
    from components
    cross join powers
    where components.is_present
),

single as (
    select
        period,
        identity_kind,
        subject_code,
        row_key,
        case
            when is_present and deviation_fen = gap_fen then 'off_its_own_figure'
            when not is_present and amount_fen = -gap_fen then 'missing'
            when is_present and amount_fen = gap_fen and times > 1 then 'doubled'
            when is_present and amount_fen = gap_fen then 'equals_the_gap'
        end as reason,
        case
            when is_present and deviation_fen = gap_fen then 1
            when not is_present then 2
            when times > 1 then 3
            else 5
        end as preference
    from components
    where
        (is_present and (deviation_fen = gap_fen or (sign = 1 and amount_fen = gap_fen)))
        or (not is_present and amount_fen = -gap_fen)
    union all
    -- Swapping two neighbouring digits changes an amount by nine times their difference at that place.
    select distinct
        period,
        identity_kind,
        subject_code,
        row_key,
        'digits_transposed' as reason,
        4 as preference
    from digits
    where
        upper_digit <> lower_digit
        and sign * (upper_digit - lower_digit) * 9 * power = gap_fen
),

pairs as (
    select
        first_row.period,
        first_row.identity_kind,
        first_row.subject_code,
        first_row.row_key,
        second_row.row_key as second_row_key,
        case
            when first_row.deviation_fen + second_row.deviation_fen = first_row.gap_fen
                then 'off_their_own_figures'
            else 'equal_the_gap_together'
        end as reason,
        case when first_row.deviation_fen + second_row.deviation_fen = first_row.gap_fen then 6 else 7 end as preference
    from components as first_row
    inner join components as second_row
        on first_row.period = second_row.period
        and first_row.identity_kind = second_row.identity_kind
        and first_row.subject_code = second_row.subject_code
        and first_row.row_key < second_row.row_key
    left join single
        on first_row.period = single.period
        and first_row.identity_kind = single.identity_kind
        and first_row.subject_code = single.subject_code
    where
        single.row_key is null
        and first_row.is_present
        and second_row.is_present
        and (
            (
                first_row.sign = 1
                and second_row.sign = 1
                and first_row.amount_fen + second_row.amount_fen = first_row.gap_fen
            )
            or (
                first_row.deviation_fen <> 0
                and second_row.deviation_fen <> 0
                and first_row.deviation_fen + second_row.deviation_fen = first_row.gap_fen
            )
        )
),

sets as (
    select
        period,
        identity_kind,
        subject_code,
        row_key,
        cast(null as string) as second_row_key,
        reason,
        preference
    from single
    union all
    select
        period,
        identity_kind,
        subject_code,
        row_key,
        second_row_key,
        reason,
        preference
    from pairs
),

ranked as (
    select
        period,
        identity_kind,
        subject_code,
        row_key,
        second_row_key,
        reason,
        preference,
        min(preference) over (partition by period, identity_kind, subject_code) as best
    from sets
)

select
    period,
    identity_kind,
    subject_code,
    reason,
    row_key,
    second_row_key,
    cast(row_number() over (
        partition by period, identity_kind, subject_code
        order by row_key, second_row_key
    ) as bigint) as set_number
from ranked
where preference = best
