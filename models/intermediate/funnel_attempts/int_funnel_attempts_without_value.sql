{#
    Finds the attempts that do not count because they never did the step whose value they are for.

    In an unordered funnel no step is told from another: an event of that step within the window
    is enough.
#}

with

funnels as (

    select * from {{ ref('int_funnels') }}

),

funnel_step_events as (

    select * from {{ ref('int_funnel_step_events') }}

),

attempt_steps as (

    select * from {{ ref('int_funnel_attempt_steps') }}

),

attempts_for_values as (

    select
        attempt_steps.funnel_number,
        attempt_steps.walker,
        attempt_steps.attempt,
        funnels.walk,
        funnels.breakdown_step,
        funnels.window_value,
        funnels.window_unit,
        min(attempt_steps.reached_at) as entered_at,
        max(case when attempt_steps.step_number = funnels.breakdown_step then 1 else 0 end)
            as steps_done
    from attempt_steps
    inner join funnels
        on attempt_steps.funnel_number = funnels.funnel_number
        and funnels.breakdown_attribution = 'step'
    where attempt_steps.walker < 0
    group by
        attempt_steps.funnel_number,
        attempt_steps.walker,
        attempt_steps.attempt,
        funnels.walk,
        funnels.breakdown_step,
        funnels.window_value,
        funnels.window_unit

)

select
    attempts.funnel_number,
    attempts.walker,
    attempts.attempt
from attempts_for_values as attempts
left join funnel_step_events
    on attempts.walk = 'gathered'
    and attempts.funnel_number = funnel_step_events.funnel_number
    and attempts.walker = funnel_step_events.walker
    and attempts.breakdown_step = funnel_step_events.step_number
    and attempts.entered_at <= funnel_step_events.occurred_at
    and (
        attempts.window_value is null
        or funnel_step_events.occurred_at
        <= {{ add_periods('attempts.entered_at', 'attempts.window_value', 'attempts.window_unit') }}
    )
group by attempts.funnel_number, attempts.walker, attempts.attempt, attempts.walk
having
    case attempts.walk
        when 'gathered' then count(funnel_step_events.event_key)
        else max(attempts.steps_done)
    end
    = 0
