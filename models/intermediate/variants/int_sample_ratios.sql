{#
    Measures how far the variants are from their expected shares of the units: chi-square over all
    units that saw one variant, immature ones included.

    Without declared shares the variants share alike. With them, a declared variant that names
    none has an equal share, and of a variant that is not declared nothing was expected.
#}

with

experiment_variants as (

    select * from {{ ref('experiment_variants') }}

),

variant_statistics as (

    select * from {{ ref('int_variant_statistics') }}

),

declarations as (

    select
        experiment,
        count(*) as variants,
        count(expected_share) as shares
    from experiment_variants
    group by experiment

),

units_by_variant as (

    select distinct
        experiment,
        variant,
        units
    from variant_statistics

),

expected_shares as (

    select
        units_by_variant.experiment,
        units_by_variant.units,
        case
            when coalesce(declarations.shares, 0) = 0 then 1
            when experiment_variants.variant is not null
                then coalesce(
                    experiment_variants.expected_share,
                    1e0 / nullif(declarations.variants, 0)
                )
        end as share
    from units_by_variant
    left join declarations on units_by_variant.experiment = declarations.experiment
    left join experiment_variants
        on units_by_variant.experiment = experiment_variants.experiment
        and units_by_variant.variant = experiment_variants.variant

),

expected_units as (

    select
        experiment,
        cast(units as double) as units,
        cast(sum(units) over (partition by experiment) as double) * share
        / nullif(sum(share) over (partition by experiment), 0) as expected_units
    from expected_shares
    where share is not null

)

select
    experiment,
    sum((units - expected_units) * (units - expected_units) / nullif(expected_units, 0))
        as chi_square,
    count(*) - 1 as degrees_of_freedom
from expected_units
group by experiment
