-- Every metric: its newest value that is known, the mean of twelve weeks, and half a year of weeks.
with

weeks as (

    select
        *,
        max(week) over () as newest_week
    from scorecard.scorecard_by_week

),

newest_values as (

    select *
    from weeks
    where value is not null
    qualify row_number() over (partition by metric order by week desc) = 1

),

trends as (

    select
        metric,
        list(week order by week) as trend_weeks,
        list(value order by week) as trend_values
    from weeks
    where week > newest_week - interval 26 week
    group by metric

)

select
    weeks.metric,
    weeks.layer,
    layers.layer_name,
    weeks.title,
    weeks.unit,
    weeks.better,
    newest_values.week,
    newest_values.value,
    newest_values.change,
    newest_values.base,
    newest_values.band,
    weeks.newest_week,
    weeks.mean_12_weeks,
    weeks.benchmark_median,
    weeks.benchmark_top_quartile,
    weeks.benchmark_source,
    metrics.is_layer_metric,
    trends.trend_weeks,
    trends.trend_values
from weeks
inner join definitions.scorecard_metrics as metrics
    on weeks.metric = metrics.metric
inner join trends
    on weeks.metric = trends.metric
left join newest_values
    on weeks.metric = newest_values.metric
left join scorecard.scorecard_by_layer as layers
    on weeks.layer = layers.layer
where weeks.week = weeks.newest_week
order by weeks.layer, metrics.is_layer_metric desc, weeks.title
