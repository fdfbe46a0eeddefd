{#
    Completes every metric of the review with the definition it means, where it names none, and
    with the benchmark it is read against.
#}

with

scorecard_metrics as (

    select * from {{ ref('scorecard_metrics') }}

),

default_definitions as (

    select * from {{ ref('int_default_definitions') }}

),

benchmarks as (

    select * from {{ ref('benchmarks') }}

),

benchmarks_by_preference as (

    select
        benchmarks.*,
        row_number() over (
            partition by metric
            order by
                case when segment is null or segment = 'all' then 0 else 1 end asc,
                segment asc nulls first
        ) as preference
    from benchmarks

)

select
    metrics.metric,
    metrics.layer,
    metrics.title,
    metrics.measure,
    coalesce(metrics.definition, default_definitions.definition) as definition,
    metrics.unit,
    metrics.better,
    metrics.is_layer_metric,
    benchmarks.median,
    benchmarks.top_quartile,
    benchmarks.source,
    benchmarks.published
from scorecard_metrics as metrics
left join default_definitions on metrics.measure = default_definitions.measure
left join benchmarks_by_preference as benchmarks
    on metrics.metric = benchmarks.metric
    and benchmarks.preference = 1
