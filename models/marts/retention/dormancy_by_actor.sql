{#
    Who is falling silent, measured against his own rhythm?

    A daily user away for a week has left; a monthly one has not.
#}

with

settings as (

    select * from {{ ref('int_lifecycle_settings') }}

),

activity as (

    select * from {{ ref('int_lifecycle_activity') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

active_days as (

    select
        lifecycle,
        actor_id,
        active_on,
        max(last_at) as last_at
    from activity
    group by lifecycle, actor_id, active_on

),

active_days_after_their_previous as (

    select
        lifecycle,
        actor_id,
        last_at,
        {{ days_between(
            'lag(cast(active_on as timestamp)) over (
                partition by lifecycle, actor_id
                order by active_on asc
            )',
            'cast(active_on as timestamp)'
        ) }} as gap_days
    from active_days

),

rhythms as (

    select
        lifecycle,
        actor_id,
        max(last_at) as last_active_at,
        median(gap_days) as median_gap_days
    from active_days_after_their_previous
    group by lifecycle, actor_id

),

features_by_recency as (

    select
        lifecycle,
        actor_id,
        feature,
        row_number() over (
            partition by lifecycle, actor_id
            order by last_at desc, feature asc
        ) as recency
    from activity
    where feature is not null

),

actors as (

    select
        rhythms.lifecycle,
        rhythms.actor_id,
        rhythms.last_active_at,
        floor({{ days_between('rhythms.last_active_at', 'as_of.as_of') }}) as days_since,
        coalesce(rhythms.median_gap_days, {{ period_length('settings.period', 'day') }})
            as usual_gap_days
    from rhythms
    inner join settings on rhythms.lifecycle = settings.lifecycle
    cross join as_of

)

select
    actors.lifecycle,
    actors.actor_id,
    cast(actors.last_active_at as timestamp) as last_active_at,
    cast(actors.days_since as bigint) as days_since,
    cast(actors.usual_gap_days as double) as usual_gap_days,
    case
        when actors.days_since <= actors.usual_gap_days * {{ var('slipping_after_gaps') }}
            then 'active'
        when actors.days_since <= actors.usual_gap_days * {{ var('dormant_after_gaps') }}
            then 'slipping'
        else 'dormant'
    end as state,
    features_by_recency.feature as last_feature
from actors
left join features_by_recency
    on actors.lifecycle = features_by_recency.lifecycle
    and actors.actor_id = features_by_recency.actor_id
    and features_by_recency.recency = 1
