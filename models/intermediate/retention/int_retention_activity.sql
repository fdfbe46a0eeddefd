{#
    Sums the starts and returns of every actor to periods.

    A return in the period of the start counts if it came at or after the first start there; a
    start that is itself a return counts as one, so equal rules give all of the cohort in period 0.
#}

with

events as (

    select * from {{ ref('int_retention_events') }}

),

events_with_the_start_of_their_period as (

    select
        retention,
        role,
        actor_id,
        occurred_at,
        period_start,
        period_number,
        min(case when role = 'start' then occurred_at end) over (
            partition by retention, actor_id, period_number
        ) as started_at
    from events

),

summed_to_periods as (

    select
        retention,
        actor_id,
        period_start,
        period_number,
        started_at,
        count(case when role = 'return' then 1 end) as returns,
        count(case when role = 'return' and occurred_at >= started_at then 1 end)
            as returns_since_start
    from events_with_the_start_of_their_period
    group by retention, actor_id, period_start, period_number, started_at

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
