{# The facts of the newspaper article that the returns can tell, each with the period it speaks of, that period's last
   day, and the key of the one subject it is about where it is about one. #}
{% macro facts_of_article() -%}
select
    facts.fact,
    facts.as_of,
    {{ last_day_of_period('facts.as_of') }} as last_day,
    readings.subject_key
from {{ ref('article_facts') }} as facts
inner join {{ ref('article_reading') }} as readings on facts.fact = readings.fact
{%- endmacro %}
