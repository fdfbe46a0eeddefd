{#
    Says how likely each comparison is to see the smallest lift worth having, how many units it
    lacks until that is likely enough, and in how many days they come at the pace so far.
#}

with

metrics as (

    select * from {{ ref('int_experiment_metrics') }}

),

exposures as (

    select * from {{ ref('int_exposures') }}

),

variant_comparisons as (

    select * from {{ ref('int_variant_comparisons') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

spans_of_exposure as (

    select
        metrics.experiment,
        metrics.metric,
        coalesce(metrics.exposed_before <= as_of.as_of, false) as has_ended,
        {{ days_between(
            'min(exposures.exposed_at)',
            'least(as_of.as_of, coalesce(metrics.exposed_before, as_of.as_of))'
        ) }} as days_so_far
    from metrics
    inner join exposures on metrics.experiment = exposures.experiment
    cross join as_of
    group by metrics.experiment, metrics.metric, metrics.exposed_before, as_of.as_of

),

lifts_worth_having as (

    select
        experiment,
        metric,
        variant,
        units,
        mature_units,
        abs(control_mean) * {{ var('experiment_smallest_lift') }} / nullif(standard_error, 0)
            as errors_away,
        {{ two_sided_deviate(var('experiment_confidence')) }} as deviate,
        {{ normal_quantile(var('experiment_power')) }} as power_deviate
    from variant_comparisons

),

units_needed as (

    select
        lifts.experiment,
        lifts.metric,
        lifts.variant,
        lifts.units,
        {{ normal_cdf('(lifts.errors_away - lifts.deviate)') }}
        + {{ normal_cdf('(-1 * lifts.errors_away - lifts.deviate)') }} as power,
        lifts.mature_units
        * (lifts.deviate + lifts.power_deviate) * (lifts.deviate + lifts.power_deviate)
        / nullif(lifts.errors_away * lifts.errors_away, 0) - lifts.mature_units as units_lacking
    from lifts_worth_having as lifts

)

select
    units_needed.experiment,
    units_needed.metric,
    units_needed.variant,
    units_needed.power,
    case when units_needed.units_lacking < 0 then 0 else units_needed.units_lacking end
        as units_lacking,
    case
        when units_needed.units_lacking <= 0 then 0
        when not spans_of_exposure.has_ended
            then
                units_needed.units_lacking * spans_of_exposure.days_so_far
                / nullif(units_needed.units, 0)
    end as days_to_go,
    row_number() over (
        partition by units_needed.experiment
        order by
            units_needed.power desc nulls last,
            units_needed.metric asc,
            units_needed.variant asc
    ) as strength
from units_needed
inner join spans_of_exposure
    on units_needed.experiment = spans_of_exposure.experiment
    and units_needed.metric = spans_of_exposure.metric
