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

grains as (

    select distinct grain
    from funnels

),

actors as (

    select
        grains.grain,
        events.person_id as actor_id,
        min(events.event_key) as first_event_key
    from events
    inner join grains on grains.grain = 'user'
    where events.person_id is not null
    group by grains.grain, events.person_id
    union all
    select
        grains.grain,
        events.account_id as actor_id,
        min(events.event_key) as first_event_key
    from events
    inner join grains on grains.grain = 'account'
    where events.account_id is not null
    group by grains.grain, events.account_id

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
        case funnels.grain when 'user' then events.person_id else events.account_id end
            as actor_id,
        funnel_event_values.breakdown_value,
        min(events.event_key) as first_event_key
    from funnel_event_values
    inner join funnels on funnel_event_values.funnel_number = funnels.funnel_number
    inner join events on funnel_event_values.event_key = events.event_key
    group by
        funnels.funnel_number,
        funnels.grain,
        case funnels.grain when 'user' then events.person_id else events.account_id end,
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
