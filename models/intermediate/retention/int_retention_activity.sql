{#
    Sums the starts and returns of every actor to periods.

    A return in the period of the start counts if it came at or after the first start there; a
    start that is itself a return counts as one, so equal rules give all of the cohort in period 0.
#}

{{ config(materialized=kept(), incremental_strategy='touched', unique_key='actor_id') }}

with

events as (

    select *
    from {{ ref('int_retention_events') }}
    where {{ touched('actor_id') }}

),

starts as (

    select
        retention,
        actor_id,
        period_number,
        min(occurred_at) as started_at
    from events
    where role = 'start'
    group by retention, actor_id, period_number

),

summed_to_periods as (

    select
        events.retention,
        events.actor_id,
        events.period_start,
        events.period_number,
        starts.started_at,
        count(case when events.role = 'return' then 1 end) as returns,
        count(
            case when events.role = 'return' and events.occurred_at >= starts.started_at then 1 end
        ) as returns_since_start
    from events
    left join starts
        on events.retention = starts.retention
        and events.actor_id = starts.actor_id
        and events.period_number = starts.period_number
    group by
        events.retention,
        events.actor_id,
        events.period_start,
        events.period_number,
        starts.started_at

)

select
    retention,
    actor_id,
    period_start,
    period_number,
    started_at,
    returns,
    returns_since_start,
    sum(returns) over (
        partition by retention, actor_id
        order by period_number desc
        rows between unbounded preceding and current row
    ) - returns as returns_later
from summed_to_periods
