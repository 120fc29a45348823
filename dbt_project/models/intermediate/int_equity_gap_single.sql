with powers as (
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
    from {{ ref('int_equity_gap_component') }} as components
    cross join powers
    where components.is_present
)

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
from {{ ref('int_equity_gap_component') }}
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
