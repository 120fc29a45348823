{{ config(materialized="view") }}

with contracts as (
    select
        period,
        contract_number,
        household_code,
        enterprise_code,
        area_mu,
        realised_gain_yuan,
        expected_gain_yuan,
        village_code as place_code
    from {{ ref('fct_base_fostering') }}
),

-- Half a year's contracts and gains are nothing of the year.
contracts_told as (
    {{ answered_rows('contracts', ['base_fostering'], answer='is_returned') }}
),

rolled as (
    {% call rolled_up('contracts_told') %}
        count(distinct counted.enterprise_code) as enterprises,
        count(distinct counted.household_code) as households,
        coalesce(sum(counted.area_mu), 0) as area_mu,
        sum(counted.realised_gain_yuan) as realised_yuan,
        coalesce(sum(counted.expected_gain_yuan), 0) as expected_yuan
    {% endcall %}
)

{{ indicator_figures('rolled', [
    ('fostering_enterprises', 'enterprises'),
    ('fostering_households', 'households'),
    ('fostering_area', 'area_mu'),
    ('fostering_gain', 'realised_yuan'),
    ('fostering_expected_gain', 'expected_yuan'),
    ('fostering_gain_per_household', 'realised_yuan', 'households'),
]) }}
