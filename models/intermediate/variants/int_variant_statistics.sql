{#
    Sums every variant's units to what the comparison needs: means, variances and how the outcome
    goes with the past. Variants that are declared but were never shown have a row too.

    The variance of a yes or no is the proportion's own, of amounts the sample's.
#}

with

metrics as (

    select * from {{ ref('int_experiment_metrics') }}

),

experiment_variants as (

    select * from {{ ref('experiment_variants') }}

),

exposures as (

    select * from {{ ref('int_exposures') }}

),

exposure_outcomes as (

    select * from {{ ref('int_exposure_outcomes') }}

),

variants as (

    select
        experiment,
        variant
    from experiment_variants
    union
    select
        experiment,
        variant
    from exposures
    where not is_crossover
    union
    select
        experiment,
        control_variant as variant
    from metrics

),

units_by_variant as (

    select
        experiment,
        variant,
        count(*) as units
    from exposures
    where not is_crossover
    group by experiment, variant

),

outcomes_by_variant as (

    select
        experiment,
        metric,
        variant,
        count(*) as mature_units,
        avg(outcome) as mean,
        var_samp(outcome) as sample_variance,
        avg(outcome_before) as mean_before,
        var_samp(outcome_before) as variance_before,
        covar_samp(outcome, outcome_before) as covariance
    from exposure_outcomes
    group by experiment, metric, variant

)

select
    metrics.experiment,
    metrics.metric,
    variants.variant,
    variants.variant = metrics.control_variant as is_control,
    metrics.is_amount,
    coalesce(units_by_variant.units, 0) as units,
    coalesce(outcomes.mature_units, 0) as mature_units,
    outcomes.mean,
    case
        when metrics.is_amount then outcomes.sample_variance
        else outcomes.mean * (1 - outcomes.mean)
    end as variance,
    outcomes.sample_variance,
    outcomes.mean_before,
    outcomes.variance_before,
    outcomes.covariance
from metrics
inner join variants on metrics.experiment = variants.experiment
left join units_by_variant
    on variants.experiment = units_by_variant.experiment
    and variants.variant = units_by_variant.variant
left join outcomes_by_variant as outcomes
    on metrics.experiment = outcomes.experiment
    and metrics.metric = outcomes.metric
    and variants.variant = outcomes.variant
