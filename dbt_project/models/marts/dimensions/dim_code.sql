with included as (
    select
        wider.code_list,
        codes.code,
        codes.name,
        wider.sort_offset + codes.sort_order as sort_order,
        codes.verified
    from {{ ref('wider_code_list') }} as wider
    inner join {{ ref('int_listed_code') }} as codes on wider.part = codes.code_list
),

codes as (
    select * from {{ ref('int_listed_code') }}
    union all
    select * from included
)

select
    code_list,
    code,
    name as code_name,
    sort_order,
    verified
from codes
