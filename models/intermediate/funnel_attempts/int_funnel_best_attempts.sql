{# Keeps the best attempt of every walker: the deepest one, among equals the earliest. #}

{{ config(materialized=kept(), incremental_strategy='touched', unique_key='walker') }}

with

attempt_steps as (

    select *
    from {{ ref('int_funnel_attempt_steps') }}
    where {{ touched('walker') }}

),

attempts_that_do_not_count as (

    select
        funnel_number,
        walker,
        attempt
    from {{ ref('int_funnel_discarded_attempts') }}
    union
    select
        funnel_number,
        walker,
        attempt
    from {{ ref('int_funnel_attempts_without_value') }}

),

steps_walked as (

    {{ funnel_walk(
        ref('int_funnel_attempts'), ref('int_funnel_moves_to_walk'),
        ref('int_funnels'), ref('int_funnel_steps'), 'not is_judged'
    ) }}

),

steps_that_count as (

    select
        funnel_number,
        walker,
        attempt,
        step_number,
        reached_at
    from steps_walked
    union all
    select
        attempt_steps.funnel_number,
        attempt_steps.walker,
        attempt_steps.attempt,
        attempt_steps.step_number,
        attempt_steps.reached_at
    from attempt_steps
    left join attempts_that_do_not_count as discarded
        on attempt_steps.funnel_number = discarded.funnel_number
        and attempt_steps.walker = discarded.walker
        and attempt_steps.attempt = discarded.attempt
    where discarded.attempt is null

),

earliest_attempts_by_step as (

    select
        funnel_number,
        walker,
        step_number,
        min(attempt) as attempt
    from steps_that_count
    group by funnel_number, walker, step_number

),

best_attempts as (

    select
        funnel_number,
        walker,
        max_by(attempt, step_number) as attempt
    from earliest_attempts_by_step
    group by funnel_number, walker

)

select distinct
    steps_that_count.funnel_number,
    steps_that_count.walker,
    steps_that_count.step_number,
    steps_that_count.reached_at
from steps_that_count
inner join best_attempts
    on steps_that_count.funnel_number = best_attempts.funnel_number
    and steps_that_count.walker = best_attempts.walker
    and steps_that_count.attempt = best_attempts.attempt
