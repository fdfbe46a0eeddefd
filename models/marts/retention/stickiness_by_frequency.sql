{# In how many periods are actors active: are we a daily habit or an occasional visit? #}

with

settings as (

    select * from {{ ref('int_lifecycle_settings') }}

),

activity as (

    select * from {{ ref('int_lifecycle_activity') }}

),

actors_with_active_periods as (

    select
        activity.lifecycle,
        activity.actor_id,
        count(distinct activity.period_number) as active_periods
    from activity
    inner join settings on activity.lifecycle = settings.lifecycle
    where
        activity.active_on >= coalesce(settings.counted_from, activity.active_on)
        and activity.active_on <= coalesce(settings.counted_to, activity.active_on)
    group by activity.lifecycle, activity.actor_id

),

actors_by_active_periods as (

    select
        lifecycle,
        active_periods,
        count(*) as actors
    from actors_with_active_periods
    group by lifecycle, active_periods

)

select
    lifecycle,
    cast(active_periods as bigint) as active_periods,
    cast(actors as bigint) as actors,
    cast(sum(actors) over (
        partition by lifecycle
        order by active_periods desc
        rows between unbounded preceding and current row
    ) as bigint) as actors_at_least
from actors_by_active_periods
