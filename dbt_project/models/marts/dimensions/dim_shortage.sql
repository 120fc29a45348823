select
    causes.code as shortage_code,
    causes.name as shortage_name,
    classes.class_name,
    causes.sort_order,
    coalesce(classes.verified, false) as class_verified
from {{ ref('cause_348') }} as classes
inner join {{ ref('code_other_cause') }} as causes on classes.cause_code = causes.code
where classes.class_kind = 'shortage'
