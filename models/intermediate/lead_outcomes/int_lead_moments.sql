{#
    Lists the moments that the back-test asks about: the first look at an actor, a signal
    that fired for the first time, points that reached a new height, and that he qualified. All of
    them while he could be a lead.
#}

with

qualifications as (

    select * from {{ ref('int_qualifications') }}

),

firings as (

    select * from {{ ref('int_signal_firings') }}

),

scores as (

    select * from {{ ref('int_lead_scores') }}

),

scores_after_earlier_ones as (

    select
        model,
        actor_id,
        scored_at,
        points,
        max(points) over (
            partition by model, actor_id
            order by scored_at asc
            rows between unbounded preceding and 1 preceding
        ) as previous_points
    from scores
    where is_candidate

)

select
    'qualification' as kind,
    model,
    actor_id,
    cast(null as string) as signal,
    qualified_at as happened_at,
    points,
    cast(null as decimal(18, 6)) as previous_points
from qualifications
union all
select
    'firing' as kind,
    model,
    actor_id,
    signal,
    fired_at as happened_at,
    cast(null as decimal(18, 6)) as points,
    cast(null as decimal(18, 6)) as previous_points
from firings
where is_candidate
union all
select
    'height' as kind,
    model,
    actor_id,
    cast(null as string) as signal,
    scored_at as happened_at,
    points,
    coalesce(previous_points, 0) as previous_points
from scores_after_earlier_ones
where points > greatest(coalesce(previous_points, 0), 0)
union all
select
    'first_look' as kind,
    model,
    actor_id,
    cast(null as string) as signal,
    scored_at as happened_at,
    points,
    cast(null as decimal(18, 6)) as previous_points
from scores_after_earlier_ones
where previous_points is null
