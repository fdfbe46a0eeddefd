{#
    How long does it take from one step of a funnel to another?

    Of the best attempts that did both steps; the mean is there because people ask for it, but it
    follows the slowest few: read the median.
#}

with

funnels as (

    select * from {{ ref('int_funnels') }}

),

funnel_steps as (

    select * from {{ ref('int_funnel_steps') }}

),

outcome_steps as (

    select * from {{ ref('int_funnel_outcome_steps') }}

),

gaps as (

    select
        funnels.funnel,
        from_steps.step_number as from_step,
        to_steps.step_number as to_step
    from funnels
    inner join funnel_steps as from_steps on funnels.funnel_number = from_steps.funnel_number
    inner join funnel_steps as to_steps
        on from_steps.funnel_number = to_steps.funnel_number
        and from_steps.step_number < to_steps.step_number

),

gaps_crossed as (

    select
        departures.funnel,
        departures.step_number as from_step,
        arrivals.step_number as to_step,
        {{ seconds_between('departures.reached_at', 'arrivals.reached_at') }} as seconds
    from outcome_steps as departures
    inner join outcome_steps as arrivals
        on departures.funnel = arrivals.funnel
        and departures.actor_id = arrivals.actor_id
        and departures.step_number < arrivals.step_number
    where departures.breakdown_value is null and arrivals.breakdown_value is null

),

summed_to_gaps as (

    select
        funnel,
        from_step,
        to_step,
        count(*) as actors,
        avg(seconds) as mean_seconds,
        median(seconds) as median_seconds,
        percentile_cont(0.75) within group (order by seconds asc) as p75_seconds,
        percentile_cont(0.90) within group (order by seconds asc) as p90_seconds
    from gaps_crossed
    group by funnel, from_step, to_step

)

select
    gaps.funnel,
    cast(gaps.from_step as int) as from_step,
    cast(gaps.to_step as int) as to_step,
    cast(coalesce(summed_to_gaps.actors, 0) as bigint) as actors,
    cast(summed_to_gaps.mean_seconds as double) as mean_seconds,
    cast(summed_to_gaps.median_seconds as double) as median_seconds,
    cast(summed_to_gaps.p75_seconds as double) as p75_seconds,
    cast(summed_to_gaps.p90_seconds as double) as p90_seconds
from gaps
left join summed_to_gaps
    on gaps.funnel = summed_to_gaps.funnel
    and gaps.from_step = summed_to_gaps.from_step
    and gaps.to_step = summed_to_gaps.to_step
