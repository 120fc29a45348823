-- What stands for held rows is what the verdicts counted, by submitter, period and form.
with standing as (
    {%- for form in form_names().split(',\n') %}
        select
            '{{ form }}' as form,
            submitter_code,
            period,
            count(*) as rows_carried
        from {{ ref('stg_' ~ form) }}
        where
            known_to is null
            and is_carried
        group by submitter_code, period
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

verdicts as (
    select
        form,
        submitter_code,
        period,
        sum(rows_carried_for_held) as rows_carried
    from {{ ref('stg_submissions') }}
    where form is not null
    group by form, submitter_code, period
)

select
    coalesce(standing.form, verdicts.form) as form,
    coalesce(standing.submitter_code, verdicts.submitter_code) as submitter_code,
    coalesce(standing.period, verdicts.period) as period,
    verdicts.rows_carried as rows_counted,
    standing.rows_carried as rows_accepted
from standing
full outer join verdicts
    on standing.form = verdicts.form
    and standing.submitter_code = verdicts.submitter_code
    and standing.period = verdicts.period
where coalesce(standing.rows_carried, 0) <> coalesce(verdicts.rows_carried, 0)
