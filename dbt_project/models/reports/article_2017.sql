with rounded as (
    select
        facts.*,
        readings.form,
        readings.is_public,
        computed.computed,
        cast(
            cast(round(cast(computed.computed as double) / cast(facts.round_to as double)) as decimal(18, 0))
            * facts.round_to
            as decimal(24, 6)
        ) as rounded
    from {{ ref('article_facts') }} as facts
    inner join {{ ref('article_reading') }} as readings on facts.fact = readings.fact
    inner join {{ ref('int_article_computed') }} as computed on facts.fact = computed.fact
)

select
    fact,
    kind,
    printed,
    value,
    computed,
    -- A bound is met or missed: beyond it there is no difference.
    case
        when kind = 'bound' and computed >= value then cast(0 as decimal(24, 6))
        else cast(rounded - value as decimal(24, 6))
    end as difference,
    unit,
    basis,
    as_of,
    round_to,
    form,
    is_public,
    '{{ var("data_origin") }}' as data_origin
from rounded
