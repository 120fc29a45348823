select
    causes.code as cause_code,
    causes.name as cause_name,
    causes.sort_order,
    main_causes.code is not null as may_be_main,
    classes.class_kind,
    classes.class_name,
    coalesce(classes.verified, false) as class_verified
from {{ ref('code_other_cause') }} as causes
left join {{ ref('code_poverty_cause') }} as main_causes on causes.code = main_causes.code
left join {{ ref('cause_348') }} as classes on causes.code = classes.cause_code
