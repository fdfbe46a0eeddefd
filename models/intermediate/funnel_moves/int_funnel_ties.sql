{#
    Works out what can be done at each instant, where an instant is weighed as a whole: which
    steps, from the first to the last, each by an event of its own.
#}

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
        and funnels.walk in ('by_instant', 'searched')
    inner join funnel_steps
        on funnel_step_events.funnel_number = funnel_steps.funnel_number
        and funnel_step_events.step_number = funnel_steps.step_number
    group by
        funnel_step_events.funnel_number,
        funnel_step_events.walker,
        funnel_step_events.occurred_at,
        funnel_step_events.event_key

),

kinds_of_events as (

    select
        funnel_number,
        walker,
        occurred_at,
        steps_mask,
        count(*) as events
    from events_with_their_steps
    group by funnel_number, walker, occurred_at, steps_mask

),

kinds_counted as (

    select
        *,
        sum(events) over (partition by funnel_number, walker, occurred_at) as events_at_instant
    from kinds_of_events

),

tied_kinds as (

    select * from kinds_counted
    where events_at_instant > 1

),

ties as (

    {{ funnel_ties('tied_kinds', 'funnel_steps') }}

)

select
    funnel_number,
    walker,
    occurred_at,
    first_step,
    last_step,
    steps_mask,
    optional_steps
from ties
union all
select
    kinds_counted.funnel_number,
    kinds_counted.walker,
    kinds_counted.occurred_at,
    funnel_steps.step_number as first_step,
    funnel_steps.step_number as last_step,
    funnel_steps.step_bit as steps_mask,
    case when funnel_steps.is_optional then 1 else 0 end as optional_steps
from kinds_counted
inner join funnel_steps
    on kinds_counted.funnel_number = funnel_steps.funnel_number
    and kinds_counted.steps_mask & funnel_steps.step_bit <> 0
where kinds_counted.events_at_instant = 1
