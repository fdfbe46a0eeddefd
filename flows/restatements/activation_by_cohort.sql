-- The share of each week's sign-ups that was activated; the week is over when the window of the
-- last to sign up is.
select
    'activation_rate' as metric,
    cohorts.activation as dimension,
    cohorts.cohort_week as period,
    cohorts.cohort_week + interval 7 day as ends_at,
    coalesce(activations.within_days, getvariable('activation_window_days'))
    * interval 1 day as matures_in,
    cohorts.activation_rate as value
from activation.activation_by_cohort as cohorts
inner join definitions.activations on cohorts.activation = activations.activation
