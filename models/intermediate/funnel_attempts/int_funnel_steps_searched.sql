{# Finds the best way of every attempt of the funnels with optional steps or windows of steps. #}

with

funnels as (

    select * from {{ ref('int_funnels') }}

),

funnel_steps as (

    select * from {{ ref('int_funnel_steps') }}

),

funnel_entries as (

    select * from {{ ref('int_funnel_entries') }}

),

funnel_moves as (

    select * from {{ ref('int_funnel_moves') }}

),

entries as (

    select
        funnel_number,
        walker,
        entered_at,
        deadline
    from funnel_entries
    where walk = 'searched'

),

moves as (

    select
        funnel_moves.*,
        funnel_steps.within_value,
        funnel_steps.within_unit,
        funnels.has_detours
    from funnel_moves
    inner join funnels
        on funnel_moves.funnel_number = funnels.funnel_number
        and funnels.walk = 'searched'
    inner join funnel_steps
        on funnel_moves.funnel_number = funnel_steps.funnel_number
        and funnel_moves.first_step = funnel_steps.step_number

),

ways as (

    {{ funnel_search('entries', 'moves') }}

)

select
    ways.funnel_number,
    ways.walker,
    {{ moment('ways.entered_at', '0') }} as attempt,
    funnel_steps.step_number,
    ways.reached_at
from ways
inner join funnel_steps
    on ways.funnel_number = funnel_steps.funnel_number
    and ways.steps_mask & funnel_steps.step_bit <> 0
