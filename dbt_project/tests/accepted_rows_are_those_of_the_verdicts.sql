-- What stands of each return in the accepted rows is what its verdict counted: no file was lost, shortened or added
-- since the checks. What stands of an earlier period is counted apart. Both sides are read before anything is left out
-- by the day that is asked.
with standing as (
    {%- for form in form_names().split(',\n') %}
        select
            '{{ form }}' as form,
            submission_id,
            count(*) as rows_standing
        from {{ ref('stg_' ~ form) }}
        where
            known_to is null
            and carried_from is null
        group by submission_id
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

verdicts as (
    select
        form,
        submission_id,
        sum(coalesce(rows_standing, 0)) as rows_standing
    from {{ ref('stg_submissions') }}
    where form is not null
    group by form, submission_id
)

select
    coalesce(standing.form, verdicts.form) as form,
    coalesce(standing.submission_id, verdicts.submission_id) as submission_id,
    verdicts.rows_standing as rows_counted,
    standing.rows_standing as rows_accepted
from standing
full outer join verdicts
    on standing.form = verdicts.form
    and standing.submission_id = verdicts.submission_id
where coalesce(standing.rows_standing, 0) <> coalesce(verdicts.rows_standing, 0)
