{#
    Numbers who walks: every actor through all funnels of the grain; and, in a funnel whose
    breakdown decides which events count, the actor once more for each of the values.

    Those who walk for a value have negative numbers.
#}

with

events as (

    select * from {{ ref('int_events_counted') }}

),

funnels as (

    select * from {{ ref('int_funnels') }}

),

funnel_event_values as (

    select * from {{ ref('int_funnel_event_values') }}

),

events_of_actors as (

    select
        'user' as grain,
        person_id as actor_id,
        event_key
    from events
    union all
    select
        'account' as grain,
        account_id as actor_id,
        event_key
    from events
    union all
    select
        'session' as grain,
        session_id as actor_id,
        event_key
    from events

),

actors as (

    select
        grain,
        actor_id,
        min(event_key) as first_event_key
    from events_of_actors
    where
        actor_id is not null
        and grain in (select funnels.grain from funnels)
    group by grain, actor_id

),

numbered_actors as (

    select
        grain,
        actor_id,
        row_number() over (order by grain asc, first_event_key asc) as walker
    from actors

),

actors_by_value as (

    select
        funnels.funnel_number,
        funnels.grain,
        events_of_actors.actor_id,
        funnel_event_values.breakdown_value,
        min(events_of_actors.event_key) as first_event_key
    from funnel_event_values
    inner join funnels on funnel_event_values.funnel_number = funnels.funnel_number
    inner join events_of_actors
        on funnel_event_values.event_key = events_of_actors.event_key
        and funnels.grain = events_of_actors.grain
    group by
        funnels.funnel_number,
        funnels.grain,
        events_of_actors.actor_id,
        funnel_event_values.breakdown_value

)

select
    walker,
    grain,
    actor_id,
    walker as actor,
    cast(null as bigint) as funnel_number,
    cast(null as string) as breakdown_value
from numbered_actors
union all
select
    0 - row_number() over (
        order by actors_by_value.funnel_number asc, actors_by_value.first_event_key asc
    ) as walker,
    actors_by_value.grain,
    actors_by_value.actor_id,
    numbered_actors.walker as actor,
    actors_by_value.funnel_number,
    actors_by_value.breakdown_value
from actors_by_value
inner join numbered_actors
    on actors_by_value.grain = numbered_actors.grain
    and actors_by_value.actor_id = numbered_actors.actor_id
