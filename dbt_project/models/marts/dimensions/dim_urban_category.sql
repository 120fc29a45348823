select
    code as category,
    name as category_name,
    sort_order
from {{ ref('code_urban_category') }}
