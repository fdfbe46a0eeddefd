-- The share of each week's entrants that reached the last step. A funnel without a window is never
-- over: whoever entered may still come to its end.
select
    'funnel_rate_from_start' as metric,
    cohorts.funnel as dimension,
    cohorts.cohort_week as period,
    cohorts.cohort_week + interval 7 day as ends_at,
    cast(funnels.window_value || ' ' || funnels.window_unit as interval) as matures_in,
    max_by(cohorts.rate_from_start, cohorts.step_number) as value
from funnel.funnel_by_cohort as cohorts
inner join definitions.funnels on cohorts.funnel = funnels.funnel
where funnels.window_value is not null
group by all
