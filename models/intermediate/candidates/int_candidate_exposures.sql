{# Finds the users who did an event so many times so soon after sign-up. #}

with

users as (

    select * from {{ ref('int_candidate_users') }}

),

events as (

    select * from {{ ref('int_events_counted') }}

),

grid as (

    select * from {{ ref('int_candidate_grid') }}

),

events_since_sign_up as (

    select
        events.user_id,
        events.event_name,
        users.signed_up_at,
        events.occurred_at,
        row_number() over (
            partition by events.user_id, events.event_name
            order by events.occurred_at asc, events.event_key asc
        ) as times
    from events
    inner join users
        on events.user_id = users.user_id
        and events.occurred_at >= users.signed_up_at
        and events.occurred_at <= users.exposed_until

)

select
    events_since_sign_up.user_id,
    events_since_sign_up.event_name,
    grid.times,
    grid.within_days
from events_since_sign_up
inner join grid
    on events_since_sign_up.times = grid.times
    and events_since_sign_up.occurred_at
    <= events_since_sign_up.signed_up_at + grid.within_days * interval '1' day
