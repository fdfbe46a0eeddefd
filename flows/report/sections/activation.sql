-- Of each activation, the sign-up weeks of the last half year: how many reach value, and how fast.
select
    cohorts.activation,
    cohorts.grain,
    coalesce(activations.is_primary, false) as is_primary,
    cohorts.cohort_week,
    cohorts.signed_up,
    cohorts.mature,
    cohorts.pending,
    cohorts.activated,
    cohorts.activation_rate,
    cohorts.median_seconds_to_value,
    cohorts.p75_seconds_to_value
from activation.activation_by_cohort as cohorts
left join definitions.activations as activations
    on cohorts.activation = activations.activation
where cohorts.cohort_week > (
    select max(cohort_week) - interval 26 week
    from activation.activation_by_cohort
)
order by is_primary desc, cohorts.grain, cohorts.activation, cohorts.cohort_week
