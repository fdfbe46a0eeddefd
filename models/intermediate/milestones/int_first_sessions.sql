{#
    Finds every user's first session: the one in which he signed up, else the first one after.

    A session is still on while the idle time that would end it has not passed, unless another
    has begun: a visit to the public site is over when the product is opened.
#}

with

events as (

    select * from {{ ref('int_events_counted') }}

),

users as (

    select * from {{ ref('int_users') }}

),

sessions_of_users as (

    select
        user_id,
        session_id,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at
    from events
    where user_id is not null and session_id is not null
    group by user_id, session_id

),

sessions_in_order as (

    select
        user_id,
        session_id,
        started_at,
        ended_at,
        ended_at + {{ var('session_idle_minutes') }} * interval '1' minute as idle_at,
        lead(started_at) over (
            partition by user_id
            order by started_at asc, session_id asc
        ) as next_started_at
    from sessions_of_users

),

sessions_since_sign_up as (

    select
        users.user_id,
        sessions.session_id,
        row_number() over (
            partition by users.user_id
            order by sessions.started_at asc, sessions.session_id asc
        ) as session_number
    from users
    inner join sessions_in_order as sessions on users.user_id = sessions.user_id
    where
        sessions.ended_at >= users.created_at
        or (
            sessions.idle_at >= users.created_at
            and (sessions.next_started_at is null or sessions.next_started_at > sessions.idle_at)
        )

)

select
    user_id,
    session_id
from sessions_since_sign_up
where session_number = 1
