-- The layers in the order of the loop: how far each is from its aim, and what closing the gap adds.
select
    layers.layer,
    layers.layer_name,
    layers.metric,
    layers.value,
    layers.benchmark,
    layers.gap,
    layers.worth_mrr_per_month,
    layers.is_biggest_leak,
    layers.reason,
    metrics.title,
    metrics.unit,
    metrics.better
from scorecard.scorecard_by_layer as layers
inner join definitions.scorecard_metrics as metrics
    on layers.metric = metrics.metric
order by layers.layer
