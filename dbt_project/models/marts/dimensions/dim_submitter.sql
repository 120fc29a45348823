select
    submitter_code,
    name as submitter_name,
    kind as submitter_kind,
    area_code,
    {{ county_of('area_code') }} as county_code,
    valid_from,
    valid_to
from {{ ref('submitter') }}
