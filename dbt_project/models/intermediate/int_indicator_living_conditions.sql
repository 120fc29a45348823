{{ config(materialized="view") }}

-- What the register says of housing and water, and what the reviews of the year found of the five guarantees. Of two
-- reviews of a household in a year the later one stands.
{% set guarantees = ['food', 'clothing', 'education', 'medical', 'housing'] %}
with households as (
    select
        places.map_edition,
        places.division_level,
        places.division_code,
        states.period,
        count(case when states.dangerous_housing then 1 end) as unsafe_housing,
        count(case when not states.safe_water then 1 end) as unsafe_water
    from {{ ref('int_household_state') }} as states
    inner join {{ ref('int_place_rollup') }} as places
        on coalesce(states.village_code, states.submitter_code) = places.place_code
    where states.claim_rank = 1
    group by places.map_edition, places.division_level, places.division_code, states.period
),

reviewed as (
    select
        periods.period,
        coalesce(reviews.village_code, reviews.submitter_code) as place_code,
        {% for guarantee in guarantees %}
            reviews.{{ guarantee }}_secured,
        {% endfor %}
        row_number() over (
            partition by periods.period, reviews.household_code
            order by
                reviews.reviewed_on desc,
                case when substr(reviews.household_code, 1, 9) = reviews.submitter_code then 0 else 1 end asc,
                reviews.submitter_code asc
        ) as choice
    from {{ ref('int_exit_review_list') }} as reviews
    inner join {{ ref('int_period') }} as periods
        on reviews.review_year = periods.calendar_year
        and reviews.reviewed_on <= periods.last_day
),

-- Half a year's reviews are nothing of the year.
reviews_told as (
    {{ answered_rows('reviewed', ['exit_reviews'], answer='is_returned') }}
),

reviews as (
    select
        places.map_edition,
        places.division_level,
        places.division_code,
        reviews_told.period,
        {% for guarantee in guarantees %}
            count(case when reviews_told.{{ guarantee }}_secured then 1 end) as {{ guarantee }},
        {% endfor %}
        count(case
            when
                {% for guarantee in guarantees %}
                    reviews_told.{{ guarantee }}_secured {% if not loop.last %}and{% endif %}
                {% endfor %}
                then 1
        end) as all_five,
        count(*) as households
    from reviews_told
    inner join {{ ref('int_place_rollup') }} as places on reviews_told.place_code = places.place_code
    where reviews_told.choice = 1
    group by places.map_edition, places.division_level, places.division_code, reviews_told.period
)

{{ indicator_figures('households', [
    ('unsafe_housing_households', 'unsafe_housing'),
    ('unsafe_water_households', 'unsafe_water'),
]) }}
union all
{{ indicator_figures('reviews', [
    ('exit_guaranteed_food', 'food', 'households'),
    ('exit_guaranteed_clothing', 'clothing', 'households'),
    ('exit_guaranteed_education', 'education', 'households'),
    ('exit_guaranteed_medical', 'medical', 'households'),
    ('exit_guaranteed_housing', 'housing', 'households'),
    ('exit_guaranteed_all', 'all_five', 'households'),
]) }}
