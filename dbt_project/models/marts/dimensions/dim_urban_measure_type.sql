select
    code as measure_type,
    name as measure_type_name,
    sort_order
from {{ ref('code_urban_measure_type') }}
