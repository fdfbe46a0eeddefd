{#
    Says in which periods the members of a cohort came back often enough: in that very period (or
    bracket of periods), from that period on, or in that rolling stretch since the start.
#}

{{ config(materialized=kept(), incremental_strategy='touched', unique_key='actor_id') }}

with

settings as (

    select * from {{ ref('int_retention_settings') }}

),

cells as (

    select *
    from {{ ref('int_retention_cells') }}
    where {{ touched('actor_id') }}

),

activity as (

    select *
    from {{ ref('int_retention_activity') }}
    where {{ touched('actor_id') }}

),

rolling_returns as (

    select *
    from {{ ref('int_retention_rolling_returns') }}
    where {{ touched('actor_id') }}

),

cells_with_activity as (

    select
        cells.retention,
        cells.kind,
        cells.min_returns,
        cells.actor_id,
        cells.cohort_start,
        cells.period_number,
        cells.periods_since,
        case cells.periods_since
            when 0 then activity.returns_since_start else activity.returns
        end as returns,
        activity.returns_later
    from cells
    inner join activity
        on cells.retention = activity.retention
        and cells.actor_id = activity.actor_id
        and cells.calendar_number = activity.period_number

),

last_periods_with_returns_enough as (

    select
        activity.retention,
        activity.actor_id,
        max(activity.period_number) as calendar_number
    from activity
    inner join settings on activity.retention = settings.retention
    where activity.returns + activity.returns_later >= settings.min_returns
    group by activity.retention, activity.actor_id

)

select
    retention,
    actor_id,
    cohort_start,
    period_number
from cells_with_activity
where kind = 'on'
group by retention, actor_id, cohort_start, period_number, min_returns
having sum(returns) >= min_returns
union all
select
    retention,
    actor_id,
    cohort_start,
    period_number
from cells_with_activity
where kind = 'on_or_after' and periods_since = 0 and returns + returns_later >= min_returns
union all
select
    cells.retention,
    cells.actor_id,
    cells.cohort_start,
    cells.period_number
from cells
inner join last_periods_with_returns_enough as last_periods
    on cells.retention = last_periods.retention
    and cells.actor_id = last_periods.actor_id
    and cells.calendar_number <= last_periods.calendar_number
where
    cells.kind = 'on_or_after'
    and cells.periods_since > 0
    and cells.periods_since = cells.period_number
union all
select
    retention,
    actor_id,
    cohort_start,
    period_number
from rolling_returns
