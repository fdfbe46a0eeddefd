{#
    Says under which breakdown value each best attempt is counted.

    Values beyond the funnel's limit, counted by entrants, are `(other)`; of an actor who walked
    for several of these the best attempt is counted.
#}

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

touches as (

    select * from {{ ref('int_funnel_touches') }}

),

values_of_walkers as (

    select
        funnel_number,
        walker,
        walker as actor,
        breakdown_value
    from touches
    union all
    select
        funnel_number,
        walker,
        actor,
        breakdown_value
    from funnel_walkers
    where breakdown_value is not null

),

attempts as (

    select
        values_of_walkers.funnel_number,
        values_of_walkers.walker,
        values_of_walkers.actor,
        values_of_walkers.breakdown_value,
        row_number() over (
            partition by values_of_walkers.funnel_number, values_of_walkers.actor
            order by
                max(best_attempts.step_number) asc,
                min(best_attempts.reached_at) desc,
                values_of_walkers.breakdown_value desc
        ) as merit
    from values_of_walkers
    inner join best_attempts
        on values_of_walkers.funnel_number = best_attempts.funnel_number
        and values_of_walkers.walker = best_attempts.walker
    group by
        values_of_walkers.funnel_number,
        values_of_walkers.walker,
        values_of_walkers.actor,
        values_of_walkers.breakdown_value

),

values_ranked as (

    select
        funnel_number,
        breakdown_value,
        row_number() over (
            partition by funnel_number order by count(*) desc, breakdown_value asc
        ) as place
    from attempts
    group by funnel_number, breakdown_value

),

values_shown as (

    select
        values_ranked.funnel_number,
        values_ranked.breakdown_value,
        case
            when values_ranked.place > funnels.breakdown_limit then '(other)'
            else values_ranked.breakdown_value
        end as value_shown
    from values_ranked
    inner join funnels on values_ranked.funnel_number = funnels.funnel_number

)

select
    attempts.funnel_number,
    values_shown.value_shown as breakdown_value,
    max_by(attempts.walker, attempts.merit) as walker
from attempts
inner join values_shown
    on attempts.funnel_number = values_shown.funnel_number
    and attempts.breakdown_value = values_shown.breakdown_value
group by attempts.funnel_number, attempts.actor, values_shown.value_shown
