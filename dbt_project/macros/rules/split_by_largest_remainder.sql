{# Splits an amount over weights to the fen: each part gets its whole fen, and the fen left over go one by one to
   the largest remainders, equal ones in the order of the key. The parts add up to the amount exactly and each is
   within a fen of its exact share. Selects the columns of `parts`, the key and share_yuan; share_yuan is null
   where the weights of a part's group add up to nothing.
     source  relation with one row per share
     parts   columns that tell what is split (the amount is the same on all their rows)
     key     column that names a share within it
     amount  column, yuan;   weight  column, whole number, not negative #}
{% macro split_by_largest_remainder(source, parts, key, amount, weight) -%}
{% set group = parts | join(', ') -%}
select
    {{ group }},
    {{ key }},
    cast(
        (
            whole_fen
            + case
                when
                    row_number() over (partition by {{ group }} order by remainder desc, {{ key }})
                    <= amount_fen - sum_of_whole_fen
                    then 1
                else 0
            end
        ) * 0.01 as decimal(18, 2)
    ) as share_yuan
from (
    select
        {{ group }},
        {{ key }},
        amount_fen,
        whole_fen,
        amount_fen * weight - whole_fen * sum_of_weights as remainder,
        sum(whole_fen) over (partition by {{ group }}) as sum_of_whole_fen
    from (
        select
            {{ group }},
            {{ key }},
            amount_fen,
            weight,
            sum_of_weights,
            {{ integer_divide('amount_fen * weight', 'sum_of_weights') }} as whole_fen
        from (
            select
                {{ group }},
                {{ key }},
                cast(round({{ amount }} * 100) as bigint) as amount_fen,
                cast({{ weight }} as bigint) as weight,
                cast(sum({{ weight }}) over (partition by {{ group }}) as bigint) as sum_of_weights
            from {{ source }}
        ) as weighed
    ) as divided
) as remaining
{%- endmacro %}
