{#
    Did the variant move the metric, by how much, and may one say so yet?

    Only units whose own window after exposure has ended are compared. `ci_*` and `p_value` hold
    for one look at the planned end; whoever looks every day reads `always_valid_ci_*`, which hold
    however often one looks.
#}

with

variant_statistics as (

    select * from {{ ref('int_variant_statistics') }}

),

variant_intervals as (

    select * from {{ ref('int_variant_intervals') }}

),

experiment_power as (

    select * from {{ ref('int_experiment_power') }}

)

select
    variants.experiment,
    variants.metric,
    variants.variant,
    variants.is_control,
    cast(variants.units as bigint) as units,
    cast(variants.mature_units as bigint) as mature_units,
    variants.mean,
    compared.difference,
    compared.difference / nullif(compared.control_mean, 0) as relative_lift,
    compared.difference - compared.margin as ci_low,
    compared.difference + compared.margin as ci_high,
    compared.p_value,
    compared.difference - compared.always_valid_margin as always_valid_ci_low,
    compared.difference + compared.always_valid_margin as always_valid_ci_high,
    compared.difference_adjusted as cuped_difference,
    compared.difference_adjusted - compared.margin_adjusted as cuped_ci_low,
    compared.difference_adjusted + compared.margin_adjusted as cuped_ci_high,
    experiment_power.power,
    experiment_power.days_to_go
from variant_statistics as variants
left join variant_intervals as compared
    on variants.experiment = compared.experiment
    and variants.metric = compared.metric
    and variants.variant = compared.variant
left join experiment_power
    on variants.experiment = experiment_power.experiment
    and variants.metric = experiment_power.metric
    and variants.variant = experiment_power.variant
