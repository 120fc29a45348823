-- What stands behind an exit the register shows: the review of the exit's year, its income and guarantees, the order
-- of its notices, the year of entry, the county's decision.
with reviews as (
    select
        *,
        row_number() over (
            partition by household_code, review_year
            order by
                case when substr(household_code, 1, 9) = submitter_code then 0 else 1 end asc,
                case when proposed_status in ('1', '4') then 0 else 1 end asc,
                period desc,
                reviewed_on desc,
                submitter_code asc
        ) as choice
    from {{ ref('int_exit_review_list') }}
),

exits as (
    select
        period,
        household_code,
        village_code,
        submitter_code,
        exit_year,
        identified_on,
        identification_standard,
        make_date(cast(exit_year as int), 1, 1) as year_first_day,
        make_date(cast(exit_year as int), 12, 31) as year_last_day
    from {{ ref('int_household_state') }}
    where
        claim_rank = 1
        and exit_year is not null
        and not {{ is_poor('poverty_status') }}
),

decided as (
    select
        exits.period,
        exits.household_code,
        min(decisions.decided_on) as decided_on
    from exits
    inner join {{ ref('int_period') }} as periods on exits.period = periods.period
    inner join {{ ref('int_household_decision') }} as decisions
        on exits.household_code = decisions.household_code
        and exits.year_first_day <= decisions.decided_on
        and periods.last_day >= decisions.decided_on
    where decisions.decision_kind in ('exit', 'exit_without_policy')
    group by exits.period, exits.household_code
)

select
    exits.period,
    exits.household_code,
    coalesce(exits.village_code, exits.submitter_code) as place_code,
    exits.exit_year,
    reviews.reviewed_on,
    reviews.income_per_head_yuan,
    lines.amount_yuan as line_yuan,
    decided.decided_on,
    reviews.household_code is null as no_review,
    -- Null where the line is unknown or unverified: then the income says nothing.
    case when lines.verified then reviews.income_per_head_yuan <= lines.amount_yuan end as income_not_above_line,
    case
        when
            reviews.food_secured
            and reviews.clothing_secured
            and reviews.education_secured
            and reviews.medical_secured
            and reviews.housing_secured
            then false
        when reviews.household_code is not null then true
    end as guarantee_missing,
    case
        when
            reviews.reviewed_on <= reviews.village_consented_on
            and reviews.village_consented_on <= reviews.notice_from
            and reviews.notice_from <= reviews.notice_to
            and reviews.notice_to <= reviews.announced_on
            and reviews.household_agreed
            then false
        when reviews.household_code is not null then true
    end as procedure_incomplete,
    coalesce(exits.identified_on >= exits.year_first_day and exits.identified_on <= exits.year_last_day, false)
        as exit_in_year_of_entry,
    decided.decided_on is null as no_decision,
    reviews.submission_id,
    reviews.sheet,
    reviews.row_number
from exits
left join reviews
    on exits.household_code = reviews.household_code
    and exits.exit_year = reviews.review_year
    and reviews.choice = 1
left join {{ ref('poverty_line') }} as lines
    on exits.exit_year = lines.income_year
    and exits.identification_standard = lines.identification_standard
left join decided
    on exits.period = decided.period
    and exits.household_code = decided.household_code
