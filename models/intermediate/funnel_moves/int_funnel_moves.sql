{#
    Lists what an attempt can do at an instant: from the step it stands at, to the step it gets to.

    A move that `is_last` can be made, but what else happened at the instant ends the attempt.
    Where nothing is searched, only the furthest move counts; in a strict funnel the entry may
    also come late in its instant, so that the next event is the next one still.
#}

with

funnels as (

    select * from {{ ref('int_funnels') }}

),

funnel_steps as (

    select * from {{ ref('int_funnel_steps') }}

),

funnel_instants as (

    select * from {{ ref('int_funnel_instants') }}

),

funnel_ties as (

    select * from {{ ref('int_funnel_ties') }}

),

funnel_free_stretches as (

    select * from {{ ref('int_funnel_free_stretches') }}

),

moves as (

    select
        funnel_ties.*,
        funnels.walk,
        funnels.step_order,
        steps_to_do.step_number - 1 as from_step,
        max(funnel_ties.last_step) over (
            partition by
                funnel_ties.funnel_number,
                funnel_ties.walker,
                funnel_ties.occurred_at,
                steps_to_do.step_number
        ) as furthest_step
    from funnel_ties
    inner join funnels on funnel_ties.funnel_number = funnels.funnel_number
    inner join funnel_steps as first_steps
        on funnel_ties.funnel_number = first_steps.funnel_number
        and funnel_ties.first_step = first_steps.step_number
    inner join funnel_steps as steps_to_do
        on funnel_ties.funnel_number = steps_to_do.funnel_number
        and first_steps.previous_mandatory_step < steps_to_do.step_number
        and first_steps.step_number >= steps_to_do.step_number

)

select
    moves.funnel_number,
    moves.walker,
    moves.occurred_at,
    moves.from_step,
    moves.first_step,
    moves.last_step as to_step,
    moves.steps_mask,
    moves.optional_steps,
    moves.from_step > 0
    and case moves.step_order
        when 'strict' then bit_count(moves.steps_mask) < funnel_instants.events
        when 'no_interleaving'
            then
                funnel_instants.has_strangers
                or funnel_instants.highest_lowest_step > last_steps.next_mandatory_step
        else false
    end as is_last,
    funnel_free_stretches.free_since
from moves
inner join funnel_steps as last_steps
    on moves.funnel_number = last_steps.funnel_number
    and moves.last_step = last_steps.step_number
inner join funnel_instants
    on moves.funnel_number = funnel_instants.funnel_number
    and moves.walker = funnel_instants.walker
    and moves.occurred_at = funnel_instants.occurred_at
left join funnel_free_stretches
    on moves.funnel_number = funnel_free_stretches.funnel_number
    and moves.walker = funnel_free_stretches.walker
    and moves.occurred_at = funnel_free_stretches.occurred_at
    and moves.from_step = funnel_free_stretches.from_step
where
    moves.walk = 'searched'
    or moves.last_step = moves.furthest_step
    or (moves.step_order = 'strict' and moves.from_step = 0)
