-- How many rows under an open question a figure may rest on: rows of a form and of a place of its division, asked about
-- a column that its own SQL reads.
with concerned as (
    select distinct
        indicator,
        period,
        place_code,
        submission_id,
        sheet,
        row_number
    from {{ ref('int_questioned_figure') }}
)

{% call rolled_up('concerned', by=['indicator']) %}
    count(*) as rows_questioned
{% endcall %}
