{#
    Picks the metric that stands for each layer: the one marked is_layer_metric, else the one
    that shows the layer's own measure.
#}

with

layers as (

    select * from {{ ref('layers') }}

),

scorecard_metrics as (

    select * from {{ ref('int_scorecard_metrics') }}

),

metrics_by_preference as (

    select
        layers.layer,
        layers.layer_name,
        layers.units,
        layers.later,
        layers.fed_by,
        metrics.metric,
        metrics.title,
        metrics.measure,
        metrics.definition,
        metrics.unit,
        metrics.better,
        metrics.median,
        metrics.top_quartile,
        metrics.measure = layers.measure as has_arithmetic,
        row_number() over (
            partition by layers.layer
            order by
                case when metrics.is_layer_metric then 0 else 1 end asc,
                case when metrics.measure = layers.measure then 0 else 1 end asc,
                metrics.metric asc
        ) as preference
    from layers
    inner join scorecard_metrics as metrics on layers.layer = metrics.layer

)

select
    layer,
    layer_name,
    metric,
    title,
    measure,
    definition,
    unit,
    better,
    median,
    top_quartile,
    has_arithmetic,
    units,
    later,
    fed_by
from metrics_by_preference
where preference = 1
