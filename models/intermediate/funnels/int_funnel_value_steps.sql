{#
    Finds which events can serve which steps for those who walk for a breakdown value.

    Under `all` only events that carry the value; under `step` all, but that step only by events
    that carry it.
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

actor_steps as (

    select * from {{ ref('int_funnel_actor_steps') }}

)

select
    actor_steps.funnel_number,
    funnel_walkers.walker,
    actor_steps.step_number,
    actor_steps.occurred_at,
    actor_steps.event_key
from actor_steps
inner join funnels
    on actor_steps.funnel_number = funnels.funnel_number
    and funnels.breakdown_attribution in ('all', 'step')
inner join funnel_walkers
    on actor_steps.funnel_number = funnel_walkers.funnel_number
    and actor_steps.walker = funnel_walkers.actor
left join funnel_event_values
    on actor_steps.funnel_number = funnel_event_values.funnel_number
    and actor_steps.event_key = funnel_event_values.event_key
where
    (funnels.breakdown_attribution = 'step' and actor_steps.step_number <> funnels.breakdown_step)
    or funnel_event_values.breakdown_value = funnel_walkers.breakdown_value
