{# Rows whose columns together are not unique, or null in one of them: the grain does not hold.
   A column of `nullable` may be null; null then counts as one value. #}
{% test unique_key(model, columns, nullable=[]) %}
select
    {{ columns | join(', ') }},
    count(*) as occurrences
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {%- for column in columns if column not in nullable %}
    or {{ column }} is null
    {%- endfor %}
{% endtest %}
