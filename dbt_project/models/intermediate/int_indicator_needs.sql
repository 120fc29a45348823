{{ config(materialized="view") }}

with needs as (
    {{ answered_rows(ref('int_need_measure'), ['assistance_measures']) }}
),

rolled as (
    {% call rolled_up('needs') %}
        count(*) as households,
        count(case when counted.answering_measures > 0 then 1 end) as with_answer
    {% endcall %}
)

{{ indicator_figures('rolled', [
    ('need_answered_share', 'with_answer', 'households'),
    ('households_without_answer', 'households - with_answer'),
]) }}
