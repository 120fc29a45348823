select
    submitter_code,
    name as submitter_name,
    kind as submitter_kind,
    area_code,
    valid_from,
    valid_to
from {{ ref('submitter') }}
