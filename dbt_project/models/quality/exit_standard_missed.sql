-- Every rate of the assessment of exits is held against the threshold of its day, the comprehensive rate included:
-- no return states that one, so no rule of a form can.
select
    figures.indicator as measure,
    figures.division_level,
    figures.division_code,
    {{ county_of('figures.division_code') }} as county_code,
    figures.period,
    {{ safe_divide('figures.numerator', 'figures.denominator') }} as share,
    thresholds.bound_kind,
    cast(thresholds.threshold_share as decimal(24, 6)) as threshold_share,
    coalesce(thresholds.verified, false) as threshold_verified,
    thresholds.source as threshold_source,
    '{{ var("data_origin") }}' as data_origin
from {{ ref('int_indicator_surveys') }} as figures
inner join {{ ref('int_period') }} as periods on figures.period = periods.period
inner join {{ ref('exit_threshold') }} as thresholds
    on figures.indicator = thresholds.measure
    and periods.last_day >= thresholds.valid_from
    and (thresholds.valid_to is null or periods.last_day <= thresholds.valid_to)
where
    figures.map_edition = '2017'
    and figures.denominator > 0
    and case
        when thresholds.bound_kind = 'below' then figures.numerator >= thresholds.threshold_share * figures.denominator
        else figures.numerator < thresholds.threshold_share * figures.denominator
    end
