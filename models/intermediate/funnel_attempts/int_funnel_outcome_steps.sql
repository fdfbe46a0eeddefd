{#
    Lays out the steps that each outcome reached, and the times from the entry and from the last
    mandatory step before.
#}

with

funnel_steps as (

    select * from {{ ref('int_funnel_steps') }}

),

outcomes as (

    select * from {{ ref('int_funnel_outcomes') }}

),

best_attempts as (

    select * from {{ ref('int_funnel_best_attempts') }}

)

select
    outcomes.funnel,
    outcomes.breakdown_value,
    outcomes.actor_id,
    outcomes.entered_at,
    outcomes.is_mature,
    best_attempts.step_number,
    best_attempts.reached_at,
    {{ seconds_between('outcomes.entered_at', 'best_attempts.reached_at') }} as seconds_from_start,
    {{ seconds_between('previous_steps.reached_at', 'best_attempts.reached_at') }}
        as seconds_from_previous
from outcomes
inner join best_attempts
    on outcomes.funnel_number = best_attempts.funnel_number
    and outcomes.walker = best_attempts.walker
inner join funnel_steps
    on best_attempts.funnel_number = funnel_steps.funnel_number
    and best_attempts.step_number = funnel_steps.step_number
left join best_attempts as previous_steps
    on outcomes.funnel_number = previous_steps.funnel_number
    and outcomes.walker = previous_steps.walker
    and funnel_steps.previous_mandatory_step = previous_steps.step_number
