{# Says how far each actor came in each funnel, overall and under each breakdown value. #}

with

funnels as (

    select * from {{ ref('int_funnels') }}

),

funnel_walkers as (

    select * from {{ ref('int_funnel_walkers') }}

),

best_attempts as (

    select * from {{ ref('int_funnel_best_attempts') }}

),

walkers_by_value as (

    select * from {{ ref('int_funnel_walkers_by_value') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

attempts as (

    select
        funnel_number,
        walker,
        min(reached_at) as entered_at,
        max(step_number) as steps_reached,
        max(reached_at) as last_step_at
    from best_attempts
    group by funnel_number, walker

),

attempts_shown as (

    select
        attempts.*,
        cast(null as string) as breakdown_value
    from attempts
    where walker > 0
    union all
    select
        attempts.*,
        walkers_by_value.breakdown_value
    from attempts
    inner join walkers_by_value
        on attempts.funnel_number = walkers_by_value.funnel_number
        and attempts.walker = walkers_by_value.walker

)

select
    funnels.funnel,
    attempts_shown.funnel_number,
    attempts_shown.walker,
    attempts_shown.breakdown_value,
    funnel_walkers.actor_id,
    attempts_shown.entered_at,
    attempts_shown.steps_reached,
    attempts_shown.last_step_at,
    not {{ var('wait_for_maturity') }}
    or coalesce(
        {{ add_periods('entered_at', 'funnels.window_value', 'funnels.window_unit') }}
        <= as_of.as_of,
        true
    ) as is_mature
from attempts_shown
inner join funnels on attempts_shown.funnel_number = funnels.funnel_number
inner join funnel_walkers
    on attempts_shown.walker = funnel_walkers.walker
    and funnels.grain = funnel_walkers.grain
    and attempts_shown.funnel_number
    = coalesce(funnel_walkers.funnel_number, attempts_shown.funnel_number)
cross join as_of
