{#
    Says in which periods the members of a cohort came back often enough: in that very period,
    from that period on, or in that rolling stretch since the start.
#}

with

settings as (

    select * from {{ ref('int_retention_settings') }}

),

cohorts as (

    select * from {{ ref('int_retention_cohorts') }}

),

cells as (

    select * from {{ ref('int_retention_cells') }}

),

activity as (

    select * from {{ ref('int_retention_activity') }}

),

events as (

    select * from {{ ref('int_retention_events') }}

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

),

rolling_returns as (

    select
        cohorts.retention,
        cohorts.actor_id,
        cohorts.cohort_start,
        settings.periods,
        settings.min_returns,
        cast(floor(
            {{ seconds_between('cohorts.started_at', 'events.occurred_at') }}
            / nullif({{ period_length('settings.period', 'second') }}, 0)
        ) as bigint) as period_number
    from cohorts
    inner join settings on cohorts.retention = settings.retention
    inner join events
        on cohorts.retention = events.retention
        and cohorts.actor_id = events.actor_id
        and cohorts.started_at <= events.occurred_at
    where settings.kind = 'rolling' and events.role = 'return'

)

select
    cells.retention,
    cells.actor_id,
    cells.cohort_start,
    cells.period_number
from cells
inner join activity
    on cells.retention = activity.retention
    and cells.actor_id = activity.actor_id
    and cells.calendar_number = activity.period_number
where
    (
        cells.kind = 'on'
        and cells.min_returns <= case cells.period_number
            when 0 then activity.returns_since_start else activity.returns
        end
    )
    or (
        cells.kind = 'on_or_after'
        and cells.period_number = 0
        and cells.min_returns <= activity.returns_since_start + activity.returns_later
    )
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
where cells.kind = 'on_or_after' and cells.period_number > 0
union all
select
    retention,
    actor_id,
    cohort_start,
    period_number
from rolling_returns
where period_number <= periods
group by retention, actor_id, cohort_start, period_number, min_returns
having count(*) >= min_returns
