{# Counts how many steps every attempt of an unordered funnel did, and when it had done so many. #}

with

funnels as (

    select * from {{ ref('int_funnels') }}

),

funnel_steps as (

    select * from {{ ref('int_funnel_steps') }}

),

funnel_step_events as (

    select * from {{ ref('int_funnel_step_events') }}

),

funnel_entries as (

    select * from {{ ref('int_funnel_entries') }}

),

entries as (

    select
        funnel_number,
        walker,
        entered_at,
        deadline
    from funnel_entries
    where walk = 'gathered'

),

events_with_their_steps as (

    select
        funnel_step_events.funnel_number,
        funnel_step_events.walker,
        funnel_step_events.occurred_at,
        funnel_step_events.event_key,
        bit_or(funnel_steps.step_bit) as steps_mask
    from funnel_step_events
    inner join funnels
        on funnel_step_events.funnel_number = funnels.funnel_number
        and funnels.walk = 'gathered'
    inner join funnel_steps
        on funnel_step_events.funnel_number = funnel_steps.funnel_number
        and funnel_step_events.step_number = funnel_steps.step_number
    group by
        funnel_step_events.funnel_number,
        funnel_step_events.walker,
        funnel_step_events.occurred_at,
        funnel_step_events.event_key

),

gathered as (

    {{ funnel_gather('entries', 'events_with_their_steps') }}

)

select
    funnel_number,
    walker,
    {{ moment('entered_at', '0') }} as attempt,
    step_number,
    reached_at
from gathered
