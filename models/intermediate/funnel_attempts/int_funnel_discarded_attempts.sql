{#
    Finds the attempts that do not count: an excluded event happened between two of their steps.

    The stretch runs from the step, else the last one reached before it, to the other step, else
    the first one reached after it, both exclusive; where none was reached, to the window's end.
#}

with

funnels as (

    select * from {{ ref('int_funnels') }}

),

attempt_steps as (

    select * from {{ ref('int_funnel_attempt_steps') }}

),

exclusion_events as (

    select * from {{ ref('int_funnel_exclusion_events') }}

),

exclusions as (

    select distinct
        funnel_number,
        after_step,
        before_step
    from exclusion_events

),

stretches as (

    select
        attempt_steps.funnel_number,
        attempt_steps.walker,
        attempt_steps.attempt,
        exclusions.after_step,
        exclusions.before_step,
        min(attempt_steps.reached_at) as entered_at,
        max(
            case
                when attempt_steps.step_number <= exclusions.after_step
                    then attempt_steps.reached_at
            end
        ) as since_at,
        min(
            case
                when attempt_steps.step_number >= exclusions.before_step
                    then attempt_steps.reached_at
            end
        ) as until_at
    from attempt_steps
    inner join exclusions on attempt_steps.funnel_number = exclusions.funnel_number
    group by
        attempt_steps.funnel_number,
        attempt_steps.walker,
        attempt_steps.attempt,
        exclusions.after_step,
        exclusions.before_step
    having max(attempt_steps.step_number) >= exclusions.after_step

),

next_exclusion_events as (

    select
        stretches.funnel_number,
        stretches.walker,
        stretches.attempt,
        stretches.entered_at,
        stretches.until_at,
        exclusion_events.occurred_at
    from
        {{ next_row(
            'stretches', 'exclusion_events',
            ['funnel_number', 'walker', 'after_step', 'before_step'], 'since_at', 'occurred_at'
        ) }}

)

select distinct
    excluded.funnel_number,
    excluded.walker,
    excluded.attempt
from next_exclusion_events as excluded
inner join funnels on excluded.funnel_number = funnels.funnel_number
where
    excluded.occurred_at < excluded.until_at
    or (excluded.until_at is null and funnels.window_value is null)
    or (
        excluded.until_at is null
        and excluded.occurred_at
        <= {{ add_periods('excluded.entered_at', 'funnels.window_value', 'funnels.window_unit') }}
    )
