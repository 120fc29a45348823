select
    indicator,
    indicator_name,
    theme,
    theme_name,
    county_code,
    county_name,
    period,
    period_end,
    period_name,
    value,
    display,
    unit,
    unit_name,
    numerator,
    denominator,
    status,
    status_name,
    basis,
    basis_name,
    additivity,
    additivity_name,
    coverage,
    low,
    high,
    rows_questioned,
    indicator_order,
    place_order,
    data_origin
from {{ ref('figure') }}
where
    map_edition = '2017'
    and division_level = 'county'
