-- Each metric of each experiment: every variant beside the control.
with

definitions as (

    select distinct
        experiment,
        unit_type,
        starts_on,
        ends_on
    from definitions.experiments

),

controls as (

    select
        experiment,
        metric,
        variant,
        mean,
        mature_units
    from experiments.experiments_by_variant
    where is_control

)

select
    variants.experiment,
    definitions.unit_type,
    definitions.starts_on,
    definitions.ends_on,
    variants.metric,
    variants.variant,
    controls.variant as control_variant,
    controls.mean as control_mean,
    controls.mature_units as control_units,
    variants.mean,
    variants.mature_units,
    variants.difference,
    variants.relative_lift,
    variants.ci_low,
    variants.ci_high,
    variants.p_value
from experiments.experiments_by_variant as variants
inner join controls
    on variants.experiment = controls.experiment and variants.metric = controls.metric
left join definitions
    on variants.experiment = definitions.experiment
where not variants.is_control
order by variants.experiment, variants.variant, variants.metric
