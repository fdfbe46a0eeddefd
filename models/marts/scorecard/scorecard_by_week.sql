{#
    How do we do, week by week, against before and against others?

    Weeks in progress are not listed. A rate belongs to the week its people began in and is NULL
    while they are not mature, so the youngest weeks of slow rates are empty: read the mean of
    twelve weeks, which skips them.
#}

with

metrics_by_week as (

    select * from {{ ref('int_metrics_by_week') }}

),

compared_over_time as (

    select
        metrics_by_week.*,
        lag(value) over (partition by metric order by week asc) as previous_value,
        sum(value * weight) over (
            partition by metric
            order by week asc
            rows between {{ var('scorecard_weeks_before') }} preceding and current row
        ) as total_12_weeks,
        sum(weight) over (
            partition by metric
            order by week asc
            rows between {{ var('scorecard_weeks_before') }} preceding and current row
        ) as weight_12_weeks,
        case
            when
                count(value) over (
                    partition by metric
                    order by week asc
                    rows between {{ var('scorecard_weeks_before') }} preceding and current row
                ) > 1
                then regr_slope(value, week_number) over (
                    partition by metric
                    order by week asc
                    rows between {{ var('scorecard_weeks_before') }} preceding and current row
                )
        end as trend_12_weeks,
        avg(base_a_month) over (
            partition by metric
            order by week asc
            rows between {{ var('scorecard_weeks_before') }} preceding and current row
        ) as mean_base_a_month
    from metrics_by_week

)

select
    metric,
    layer,
    title,
    measure,
    definition,
    week,
    value,
    previous_value,
    value - previous_value as change,
    base,
    unit,
    better,
    total_12_weeks / nullif(weight_12_weeks, 0) as mean_12_weeks,
    trend_12_weeks,
    mean_base_a_month as base_a_month,
    median as benchmark_median,
    top_quartile as benchmark_top_quartile,
    source as benchmark_source,
    published as benchmark_published,
    case
        when value is null or median is null then null
        when better = 'higher' and value >= top_quartile then 'good'
        when better = 'lower' and value <= top_quartile then 'good'
        when better = 'higher' and value >= median then 'typical'
        when better = 'lower' and value <= median then 'typical'
        else 'below'
    end as band
from compared_over_time
