{#
    How far is each layer from its benchmark?

    While any layer is short of its median, all are measured against their medians; when none is,
    against their top quartiles. The value is the mean of the last twelve weeks. A share of so few
    that chance may have moved it so far is told with caution.
#}

with

layer_metrics as (

    select * from {{ ref('int_layer_metrics') }}

),

scorecard_by_week as (

    select * from {{ ref('scorecard_by_week') }}

),

latest_week as (

    select max(week) as week
    from scorecard_by_week

),

layers_today as (

    select
        layer_metrics.*,
        weeks.mean_12_weeks as value,
        weeks.base_a_month,
        case when layer_metrics.better = 'lower' then -1 else 1 end as direction
    from layer_metrics
    cross join latest_week
    left join scorecard_by_week as weeks
        on layer_metrics.metric = weeks.metric
        and latest_week.week = weeks.week

),

goals as (

    select
        layers_today.*,
        case
            when max(case when direction * (median - value) > 0 then 1 else 0 end) over () = 1
                then median
            else top_quartile
        end as benchmark,
        case
            when max(case when direction * (median - value) > 0 then 1 else 0 end) over () = 1
                then 'median'
            else 'top quartile'
        end as aim
    from layers_today

),

measured as (

    select
        goals.*,
        case
            when direction * (benchmark - value) > 0 then direction * (benchmark - value)
            when value is not null and benchmark is not null then 0
        end as gap,
        base_a_month * ({{ var('scorecard_weeks_before') }} + 1) / {{ weeks_in_a_month() }} as base,
        {{ two_sided_deviate(var('scorecard_confidence')) }} as deviate
    from goals

)

select
    layer,
    layer_name,
    metric,
    title,
    measure,
    definition,
    unit,
    units,
    later,
    fed_by,
    has_arithmetic,
    base_a_month,
    value,
    benchmark,
    aim,
    gap,
    gap / nullif(benchmark, 0) as shortfall,
    coalesce(gap > {{ var('scorecard_deep_gap') }} * benchmark and aim = 'median', false)
        as is_deep,
    case
        when
            unit = 'fraction' and gap > 0
            and gap * gap * base < deviate * deviate * benchmark * (1 - benchmark)
            then ' (so few that it may be chance)'
        else ''
    end as caution
from measured
