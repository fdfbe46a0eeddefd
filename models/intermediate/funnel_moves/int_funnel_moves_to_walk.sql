{#
    Lists the moves of the funnels that are walked step by step, with their place in time.

    In a direct funnel every event is a move, and events of one instant come in the order of
    their steps. Elsewhere an instant is one move, which the next must be later than.
#}

with

funnels as (

    select * from {{ ref('int_funnels') }}

),

funnel_step_events as (

    select * from {{ ref('int_funnel_step_events') }}

),

funnel_moves as (

    select * from {{ ref('int_funnel_moves') }}

)

select
    funnel_step_events.funnel_number,
    funnel_step_events.walker,
    funnel_step_events.step_number - 1 as from_step,
    funnel_step_events.step_number as to_step,
    {{ moment('funnel_step_events.occurred_at', 'funnel_step_events.step_number') }} as departs,
    {{ moment('funnel_step_events.occurred_at', 'funnel_step_events.step_number') }} as arrives,
    funnel_step_events.occurred_at as reached_at,
    cast(null as bigint) as free_since,
    false as is_last,
    funnels.is_judged
from funnel_step_events
inner join funnels
    on funnel_step_events.funnel_number = funnels.funnel_number
    and funnels.walk = 'direct'
union all
select
    funnel_moves.funnel_number,
    funnel_moves.walker,
    funnel_moves.from_step,
    funnel_moves.to_step,
    {{ moment('funnel_moves.occurred_at', '0') }} as departs,
    {{ moment('funnel_moves.occurred_at', 'funnel_moves.to_step') }} as arrives,
    funnel_moves.occurred_at as reached_at,
    {{ moment('funnel_moves.free_since', '0') }} as free_since,
    funnel_moves.is_last,
    funnels.is_judged
from funnel_moves
inner join funnels
    on funnel_moves.funnel_number = funnels.funnel_number
    and funnels.walk = 'by_instant'
