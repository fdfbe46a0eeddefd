-- The newest cohorts of the retention that the scorecard means, period by period.
with

chosen as (

    select coalesce(
        (
            select metrics.definition
            from definitions.scorecard_metrics as metrics
            where metrics.measure = 'week_4_retention'
            order by metrics.is_layer_metric desc
            limit 1
        ),
        (select min(retention) from definitions.retentions)
    ) as retention

),

cohorts as (

    select
        cells.*,
        dense_rank() over (order by cells.cohort_start desc) as age
    from retention.retention_by_cohort as cells
    inner join chosen
        on cells.retention = chosen.retention

)

select
    cohorts.retention,
    retentions.grain,
    retentions.period,
    cohorts.cohort_start,
    cohorts.cohort_size,
    cohorts.period_number,
    cohorts.retained,
    cohorts.retention_rate
from cohorts
inner join definitions.retentions as retentions
    on cohorts.retention = retentions.retention
where cohorts.age <= 14 and cohorts.period_number <= 12
order by cohorts.cohort_start, cohorts.period_number
