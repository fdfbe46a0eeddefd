{#
    Describes the instants at which a walker did a step, in funnels that weigh an instant as a
    whole, and what else happened there and on the way: events no step is done by are strangers.
#}

with

funnels as (

    select * from {{ ref('int_funnels') }}

),

funnel_step_events as (

    select * from {{ ref('int_funnel_step_events') }}

),

funnel_walkers as (

    select * from {{ ref('int_funnel_walkers') }}

),

walker_instants as (

    select * from {{ ref('int_walker_instants') }}

),

events_with_their_lowest_step as (

    select
        funnel_step_events.funnel_number,
        funnel_step_events.walker,
        funnel_step_events.occurred_at,
        funnel_step_events.event_key,
        min(funnel_step_events.step_number) as lowest_step
    from funnel_step_events
    inner join funnels
        on funnel_step_events.funnel_number = funnels.funnel_number
        and funnels.walk in ('by_instant', 'searched')
    group by
        funnel_step_events.funnel_number,
        funnel_step_events.walker,
        funnel_step_events.occurred_at,
        funnel_step_events.event_key

),

instants as (

    select
        funnel_number,
        walker,
        occurred_at,
        count(*) as step_events,
        max(lowest_step) as highest_lowest_step
    from events_with_their_lowest_step
    group by funnel_number, walker, occurred_at

),

instants_among_all_events as (

    select
        instants.funnel_number,
        instants.walker,
        instants.occurred_at,
        instants.step_events,
        instants.highest_lowest_step,
        coalesce(walker_instants.events, instants.step_events) as events,
        walker_instants.events_before
    from instants
    inner join funnels on instants.funnel_number = funnels.funnel_number
    inner join funnel_walkers
        on instants.walker = funnel_walkers.walker
        and funnels.grain = funnel_walkers.grain
        and (
            funnel_walkers.funnel_number is null
            or instants.funnel_number = funnel_walkers.funnel_number
        )
    left join walker_instants
        on funnels.step_order in ('strict', 'no_interleaving')
        and funnels.grain = walker_instants.grain
        and instants.occurred_at = walker_instants.occurred_at
        and walker_instants.funnel_number
        = case funnels.breakdown_attribution
            when 'all' then coalesce(funnel_walkers.funnel_number, 0)
            else 0
        end
        and walker_instants.walker
        = case funnels.breakdown_attribution
            when 'all' then funnel_walkers.walker
            else funnel_walkers.actor
        end

)

select
    funnel_number,
    walker,
    occurred_at,
    step_events,
    events,
    highest_lowest_step,
    events > step_events as has_strangers,
    coalesce(
        events_before > lag(events_before + events) over (
            partition by funnel_number, walker order by occurred_at asc
        ),
        false
    ) as has_strangers_before,
    lag(occurred_at) over (partition by funnel_number, walker order by occurred_at asc)
        as previous_at
from instants_among_all_events
