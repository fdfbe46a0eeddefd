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

events as (

    select * from {{ ref('int_events_counted') }}

),

funnels_that_look_between as (

    select *
    from funnels
    where step_order in ('strict', 'no_interleaving')

),

grains as (

    select distinct grain
    from funnels_that_look_between

),

counted_by_instant as (

    select
        0 as funnel_number,
        funnel_walkers.grain,
        funnel_walkers.walker,
        events.occurred_at,
        count(*) as events
    from events
    inner join funnel_walkers
        on events.person_id = funnel_walkers.actor_id
        and funnel_walkers.grain = 'user'
        and funnel_walkers.funnel_number is null
    inner join grains on funnel_walkers.grain = grains.grain
    group by funnel_walkers.grain, funnel_walkers.walker, events.occurred_at
    union all
    select
        0 as funnel_number,
        funnel_walkers.grain,
        funnel_walkers.walker,
        events.occurred_at,
        count(*) as events
    from events
    inner join funnel_walkers
        on events.account_id = funnel_walkers.actor_id
        and funnel_walkers.grain = 'account'
        and funnel_walkers.funnel_number is null
    inner join grains on funnel_walkers.grain = grains.grain
    group by funnel_walkers.grain, funnel_walkers.walker, events.occurred_at
    union all
    select
        funnel_walkers.funnel_number,
        funnel_walkers.grain,
        funnel_walkers.walker,
        events.occurred_at,
        count(*) as events
    from funnels_that_look_between as funnels
    inner join funnel_event_values on funnels.funnel_number = funnel_event_values.funnel_number
    inner join events on funnel_event_values.event_key = events.event_key
    inner join funnel_walkers
        on funnel_event_values.funnel_number = funnel_walkers.funnel_number
        and funnel_event_values.breakdown_value = funnel_walkers.breakdown_value
        and case funnels.grain when 'user' then events.person_id else events.account_id end
        = funnel_walkers.actor_id
    where funnels.breakdown_attribution = 'all'
    group by
        funnel_walkers.funnel_number,
        funnel_walkers.grain,
        funnel_walkers.walker,
        events.occurred_at

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
