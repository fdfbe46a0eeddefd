{#
    At which step of a funnel do we lose people, and how long do the others take?

    A step is measured against the entry and against the last mandatory step before it. Rates are
    of those whose window has ended; counts and times are of all who reached the step.
#}

with

funnels as (

    select * from {{ ref('int_funnels') }}

),

funnel_steps as (

    select * from {{ ref('int_funnel_steps') }}

),

steps_reached as (

    select * from {{ ref('int_funnel_outcome_steps') }}

),

values_shown as (

    select
        funnel,
        cast(null as string) as breakdown_value
    from funnels
    union
    select
        funnel,
        breakdown_value
    from steps_reached

),

counted_by_step as (

    select
        funnel,
        breakdown_value,
        step_number,
        count(*) as actors,
        count(case when is_mature then 1 end) as mature_actors,
        median(seconds_from_start) as median_seconds_from_start,
        median(seconds_from_previous) as median_seconds_from_previous
    from steps_reached
    group by funnel, breakdown_value, step_number

),

all_steps_counted as (

    select
        values_shown.funnel,
        values_shown.breakdown_value,
        funnel_steps.step_number,
        funnel_steps.step_name,
        funnel_steps.is_optional,
        coalesce(counted_by_step.actors, 0) as actors,
        coalesce(counted_by_step.mature_actors, 0) as mature_actors,
        counted_by_step.median_seconds_from_start,
        counted_by_step.median_seconds_from_previous
    from values_shown
    inner join funnels on values_shown.funnel = funnels.funnel
    inner join funnel_steps on funnels.funnel_number = funnel_steps.funnel_number
    left join counted_by_step
        on values_shown.funnel = counted_by_step.funnel
        and values_shown.breakdown_value is not distinct from counted_by_step.breakdown_value
        and funnel_steps.step_number = counted_by_step.step_number

)

select
    funnel,
    breakdown_value,
    cast(step_number as int) as step_number,
    step_name,
    cast(actors as bigint) as actors,
    cast(mature_actors as bigint) as mature_actors,
    cast(mature_actors as double) / nullif(
        max(mature_actors) over (partition by funnel, breakdown_value), 0
    ) as rate_from_start,
    cast(mature_actors as double) / nullif(
        min(case when not is_optional then mature_actors end) over (
            partition by funnel, breakdown_value
            order by step_number asc
            rows between unbounded preceding and 1 preceding
        ),
        0
    ) as rate_from_previous,
    cast(median_seconds_from_previous as double) as median_seconds_from_previous,
    cast(median_seconds_from_start as double) as median_seconds_from_start
from all_steps_counted
