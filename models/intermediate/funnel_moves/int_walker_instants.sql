{#
    Counts the events of walkers by instant, and those before it, where a funnel asks what else
    happened in between. Funnel number 0 is every funnel.
#}

with

funnels as (

    select * from {{ ref('int_funnels') }}

),

funnel_walkers as (

    select * from {{ ref('int_funnel_walkers') }}

),

funnel_event_values as (

    select * from {{ ref('int_funnel_event_values') }}

),

events {{ read_anew() }} (

    select * from {{ ref('int_events_counted') }}

),

funnels_that_look_between as (

    select *
    from funnels
    where step_order in ('strict', 'no_interleaving')

),

events_of_actors {{ read_anew() }} (

    select
        'user' as grain,
        person_id as actor_id,
        event_key,
        occurred_at
    from events
    union all
    select
        'account' as grain,
        account_id as actor_id,
        event_key,
        occurred_at
    from events
    union all
    select
        'session' as grain,
        session_id as actor_id,
        event_key,
        occurred_at
    from events

),

counted_by_instant as (

    select
        0 as funnel_number,
        funnel_walkers.grain,
        funnel_walkers.walker,
        events_of_actors.occurred_at,
        count(*) as events
    from events_of_actors
    inner join funnel_walkers
        on events_of_actors.grain = funnel_walkers.grain
        and events_of_actors.actor_id = funnel_walkers.actor_id
        and funnel_walkers.funnel_number is null
    where events_of_actors.grain in (select funnels.grain from funnels_that_look_between as funnels)
    group by funnel_walkers.grain, funnel_walkers.walker, events_of_actors.occurred_at
    union all
    select
        funnel_walkers.funnel_number,
        funnel_walkers.grain,
        funnel_walkers.walker,
        events_of_actors.occurred_at,
        count(*) as events
    from funnels_that_look_between as funnels
    inner join funnel_event_values on funnels.funnel_number = funnel_event_values.funnel_number
    inner join events_of_actors
        on funnel_event_values.event_key = events_of_actors.event_key
        and funnels.grain = events_of_actors.grain
    inner join funnel_walkers
        on funnel_event_values.funnel_number = funnel_walkers.funnel_number
        and funnel_event_values.breakdown_value = funnel_walkers.breakdown_value
        and events_of_actors.actor_id = funnel_walkers.actor_id
    where funnels.breakdown_attribution = 'all'
    group by
        funnel_walkers.funnel_number,
        funnel_walkers.grain,
        funnel_walkers.walker,
        events_of_actors.occurred_at

)

select
    funnel_number,
    grain,
    walker,
    occurred_at,
    events,
    coalesce(
        sum(events) over (
            partition by funnel_number, grain, walker
            order by occurred_at asc
            rows between unbounded preceding and 1 preceding
        ),
        0
    ) as events_before
from counted_by_instant
