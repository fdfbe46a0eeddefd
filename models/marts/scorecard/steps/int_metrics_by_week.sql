{#
    Which value has each metric of the review in each week? Its measure's, of the definition it
    names or means; counts are 0 where nothing happened, and rates empty.
#}

with

scorecard_metrics as (

    select * from {{ ref('int_scorecard_metrics') }}

),

weeks as (

    select * from {{ ref('int_weeks') }}

),

measures_by_week as (

    select * from {{ ref('int_measures_by_week') }}

),

valued as (

    select
        metrics.*,
        weeks.week,
        weeks.week_number,
        measures.base,
        measures.is_monthly,
        case
            when metrics.measure in ('sign_ups', 'active_users', 'pql_volume', 'north_star')
                then coalesce(measures.value, 0)
            else measures.value
        end as value
    from scorecard_metrics as metrics
    cross join weeks
    left join measures_by_week as measures
        on metrics.measure = measures.measure
        and weeks.week = measures.week
        and metrics.definition is not distinct from measures.definition

)

select
    metric,
    layer,
    title,
    measure,
    definition,
    unit,
    better,
    week,
    cast(week_number as bigint) as week_number,
    cast(value as double) as value,
    cast(base as double) as base,
    case when value is not null then coalesce(cast(base as double), 1) end as weight,
    case
        when value is null then null
        when is_monthly then cast(base as double)
        else cast(base as double) * {{ weeks_in_a_month() }}
    end as base_a_month,
    median,
    top_quartile,
    source,
    published
from valued
