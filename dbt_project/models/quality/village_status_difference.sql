with compared as (
    select
        *,
        'shell: proposed against recorded' as compared,
        proposed_shell as stated,
        recorded_shell as recorded
    from {{ ref('fct_village_status') }}
    union all
    select
        *,
        'shell: computed against recorded' as compared,
        computed_shell as stated,
        recorded_shell as recorded
    from {{ ref('fct_village_status') }}
    union all
    select
        *,
        'poor village: registered against recorded' as compared,
        registered_poor_village as stated,
        recorded_poor_village as recorded
    from {{ ref('fct_village_status') }}
)

select
    compared,
    period,
    village_code,
    township_code,
    county_code,
    stated,
    recorded,
    submitter_code,
    submission_id,
    sheet,
    row_number
from compared
where
    -- A village nobody decided on is none; one that exited stays in the register of poor villages.
    stated <> coalesce(recorded, false)
    and not (
        compared = 'poor village: registered against recorded'
        and stated
        and recorded is not null
    )
