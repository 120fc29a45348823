-- What the submissions say about each fact of the newspaper article: null where nothing was returned.
{% set subjects = [
    'persons',
    'households',
    'measures',
    'funds',
    'loans',
    'guarantee',
    'villages',
    'fostering',
    'designations',
    'mechanisms',
    'insurance',
    'programmes',
    'urban',
    'lifecycle',
    'equity',
] %}
with computed as (
    {% for subject in subjects %}
        select
            fact,
            computed
        from {{ ref('int_article_' ~ subject) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    readings.fact,
    computed.computed
from {{ ref('article_reading') }} as readings
left join computed on readings.fact = computed.fact
