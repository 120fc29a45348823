{# The rows of a relation for which every one of the forms is answered, so that both sides of a ratio rest on the same
   returns. "Nothing to report" is an answer. Who answers for a row is the township of its place_code; with
   `by='submitter_code'` it is the row's own submitter. What counts as an answer is a column, `answer`:
   is_standing   something stands: of a state the last return, of a span only that of the period
   is_returned   the form came for the period: what a ledger of before tells is nothing of this year
   was_returned  it ever came: for a list that a model reads as a whole, whatever period it came for #}
{% macro answered_rows(relation, forms, by='township_code', answer='is_standing') -%}
select asked.*
from {{ relation }} as asked
{%- for form in forms %}
inner join {{ ref('int_standing_township' if by == 'township_code' else 'int_standing_submitter') }} as {{ form }}_answer
    on asked.period = {{ form }}_answer.period
    and {{ 'substr(asked.place_code, 1, 9)' if by == 'township_code' else 'asked.submitter_code' }}
    = {{ form }}_answer.{{ by }}
    and {{ form }}_answer.form = '{{ form }}'
    and {{ form }}_answer.{{ answer }}
{%- endfor %}
{%- endmacro %}
