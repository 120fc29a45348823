select
    table_schema,
    table_name,
    column_name,
    code_list
from {{ ref('coded_column') }}
