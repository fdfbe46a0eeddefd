{#
    Gives every unit its first exposure, and says whether it saw more than one variant.

    Exposures outside the dates of the experiment, and of our own people, do not count.
#}

with

exposures as (

    select * from {{ ref('int_exposures_resolved') }}

),

metrics as (

    select * from {{ ref('int_experiment_metrics') }}

),

users as (

    select * from {{ ref('int_users') }}

),

accounts as (

    select * from {{ ref('int_accounts') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

experiments as (

    select distinct
        experiment,
        unit_type,
        exposed_from,
        exposed_before
    from metrics

),

units_of_our_own as (

    select
        'user' as unit_type,
        user_id as unit_id
    from users
    where is_internal
    union all
    select
        'account' as unit_type,
        account_id as unit_id
    from accounts
    where is_internal

),

exposures_in_order as (

    select
        exposures.experiment,
        exposures.unit_type,
        exposures.unit_id,
        exposures.variant,
        exposures.exposed_at,
        max(exposures.variant) over (
            partition by exposures.experiment, exposures.unit_id
        ) as last_variant_by_name,
        min(exposures.variant) over (
            partition by exposures.experiment, exposures.unit_id
        ) as first_variant_by_name,
        row_number() over (
            partition by exposures.experiment, exposures.unit_id
            order by exposures.exposed_at asc, exposures.file_id asc, exposures.line_number asc
        ) as exposure_number
    from exposures
    inner join experiments
        on exposures.experiment = experiments.experiment
        and exposures.unit_type = experiments.unit_type
    cross join as_of
    left join units_of_our_own
        on exposures.unit_type = units_of_our_own.unit_type
        and exposures.unit_id = units_of_our_own.unit_id
    where
        exposures.exposed_at < as_of.as_of
        and (experiments.exposed_from is null or exposures.exposed_at >= experiments.exposed_from)
        and (
            experiments.exposed_before is null
            or exposures.exposed_at < experiments.exposed_before
        )
        and units_of_our_own.unit_id is null

)

select
    experiment,
    unit_type,
    unit_id,
    variant,
    exposed_at,
    first_variant_by_name <> last_variant_by_name as is_crossover
from exposures_in_order
where exposure_number = 1
