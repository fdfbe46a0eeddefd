{#
    Finds every user's first session: the one in which he signed up, else the first one after.

    A session is still on while the idle time that would end it has not passed.
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

sessions_since_sign_up as (

    select
        users.user_id,
        sessions_of_users.session_id,
        row_number() over (
            partition by users.user_id
            order by sessions_of_users.started_at asc, sessions_of_users.session_id asc
        ) as session_number
    from users
    inner join sessions_of_users on users.user_id = sessions_of_users.user_id
    where
        sessions_of_users.ended_at + {{ var('session_idle_minutes') }} * interval '1' minute
        >= users.created_at

)

select
    user_id,
    session_id
from sessions_since_sign_up
where session_number = 1
