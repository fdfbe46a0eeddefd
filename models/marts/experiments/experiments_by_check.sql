{#
    May the result of an experiment be believed?

    `sample_ratio`: did each variant get its share of units? `crossover`: how many units saw two
    variants and are left out? `power`: how likely is the experiment to see the smallest lift worth
    having, in its strongest metric? `pre_exposure`: did the variants differ before they were shown?
#}

with

metrics as (

    select * from {{ ref('int_experiment_metrics') }}

),

exposures as (

    select * from {{ ref('int_exposures') }}

),

sample_ratios as (

    select * from {{ ref('int_sample_ratios') }}

),

experiment_power as (

    select * from {{ ref('int_experiment_power') }}

),

pre_exposure_differences as (

    select * from {{ ref('int_pre_exposure_differences') }}

),

experiments as (

    select distinct experiment
    from metrics

),

checks as (

    select
        experiments.experiment,
        'sample_ratio' as check_name,
        cast(null as string) as metric,
        sample_ratios.chi_square as value,
        {{ chi_square_survival('sample_ratios.chi_square', 'sample_ratios.degrees_of_freedom') }}
            as p_value,
        cast(null as double) as days_to_go
    from experiments
    left join sample_ratios on experiments.experiment = sample_ratios.experiment
    union all
    select
        experiments.experiment,
        'crossover' as check_name,
        null as metric,
        count(exposures.unit_id) as value,
        null as p_value,
        null as days_to_go
    from experiments
    left join exposures
        on experiments.experiment = exposures.experiment
        and exposures.is_crossover
    group by experiments.experiment
    union all
    select
        experiments.experiment,
        'power' as check_name,
        strongest.metric,
        coalesce(strongest.power, 0) as value,
        null as p_value,
        strongest.days_to_go
    from experiments
    left join experiment_power as strongest
        on experiments.experiment = strongest.experiment
        and strongest.strength = 1
    union all
    select
        experiments.experiment,
        'pre_exposure' as check_name,
        unlikest.metric,
        unlikest.difference_before as value,
        unlikest.p_value,
        null as days_to_go
    from experiments
    left join pre_exposure_differences as unlikest
        on experiments.experiment = unlikest.experiment
        and unlikest.unlikeness = 1

)

select
    experiment,
    check_name,
    metric,
    cast(value as double) as value,
    cast(p_value as double) as p_value,
    case check_name
        when 'crossover' then value = 0
        when 'power' then value >= {{ var('experiment_power') }}
        else p_value >= {{ var('experiment_check_p_value') }}
    end as passed,
    cast(days_to_go as double) as days_to_go
from checks
