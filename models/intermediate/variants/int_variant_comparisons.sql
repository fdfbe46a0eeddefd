{#
    Compares every variant with the control of its experiment: the difference, how far chance may
    carry it, and the same with the noise taken out that the past explains.

    What the past explains is taken out as CUPED does (Deng, Xu, Kohavi and Walker, 2013), with
    one slope for all variants.
#}

with

variant_statistics as (

    select * from {{ ref('int_variant_statistics') }}

),

slopes as (

    select
        experiment,
        metric,
        sum((mature_units - 1) * covariance)
        / nullif(sum((mature_units - 1) * variance_before), 0) as slope
    from variant_statistics
    group by experiment, metric

),

squared_errors as (

    select
        variants.*,
        slopes.slope,
        variants.variance / nullif(cast(variants.mature_units as double), 0) as squared_error,
        variants.variance_before / nullif(cast(variants.mature_units as double), 0)
            as squared_error_before,
        (
            variants.sample_variance - slopes.slope * variants.covariance
            + slopes.slope * (slopes.slope * variants.variance_before - variants.covariance)
        ) / nullif(cast(variants.mature_units as double), 0) as squared_error_adjusted
    from variant_statistics as variants
    inner join slopes
        on variants.experiment = slopes.experiment
        and variants.metric = slopes.metric

),

paired_with_control as (

    select
        variants.experiment,
        variants.metric,
        variants.variant,
        variants.is_amount,
        cast(variants.units + controls.units as double) as units,
        cast(variants.mature_units + controls.mature_units as double) as mature_units,
        controls.mean as control_mean,
        variants.mean - controls.mean as difference,
        variants.mean - controls.mean
        - variants.slope * (variants.mean_before - controls.mean_before) as difference_adjusted,
        variants.mean_before - controls.mean_before as difference_before,
        sqrt(variants.squared_error + controls.squared_error) as standard_error,
        sqrt(abs(variants.squared_error_adjusted + controls.squared_error_adjusted))
            as standard_error_adjusted,
        sqrt(variants.squared_error_before + controls.squared_error_before)
            as standard_error_before,
        (variants.mean * variants.mature_units + controls.mean * controls.mature_units)
        / nullif(cast(variants.mature_units + controls.mature_units as double), 0) as pooled_mean,
        1 / nullif(cast(variants.mature_units as double), 0)
        + 1 / nullif(cast(controls.mature_units as double), 0) as inverse_units,
        variants.squared_error * variants.squared_error
        / nullif(cast(variants.mature_units - 1 as double), 0)
        + controls.squared_error * controls.squared_error
        / nullif(cast(controls.mature_units - 1 as double), 0) as spread_of_squared_error
    from squared_errors as variants
    inner join squared_errors as controls
        on variants.experiment = controls.experiment
        and variants.metric = controls.metric
        and controls.is_control
    where not variants.is_control

)

select
    experiment,
    metric,
    variant,
    is_amount,
    units,
    mature_units,
    control_mean,
    difference,
    standard_error,
    difference_adjusted,
    standard_error_adjusted,
    difference_before,
    standard_error_before,
    case
        when is_amount then standard_error
        else sqrt(abs(pooled_mean * (1 - pooled_mean)) * inverse_units)
    end as standard_error_if_alike,
    case
        when is_amount
            then
                standard_error * standard_error * standard_error * standard_error
                / nullif(spread_of_squared_error, 0)
    end as degrees_of_freedom
from paired_with_control
