{#
    Says of whom each event tells: a row for every user and account, from when till when known.

    The account is the one sent, else that of the user's membership at that instant, else the one
    that his record named.
#}

with

users as (

    select * from {{ ref('int_signal_users') }}

),

user_account_spans as (

    select * from {{ ref('int_user_account_spans') }}

),

user_homes as (

    select * from {{ ref('int_user_homes') }}

),

accounts_as_known as (

    select
        users.event_key,
        users.user_id,
        users.occurred_at,
        coalesce(users.account_id, user_account_spans.account_id, homes.account_id) as account_id,
        greatest(users.known_from, coalesce(homes.known_from, users.known_from)) as known_from,
        least(users.known_to, coalesce(homes.known_to, users.known_to)) as known_to
    from users
    left join user_account_spans
        on users.account_id is null
        and users.user_id = user_account_spans.user_id
        and users.occurred_at >= user_account_spans.started_at
        and (
            user_account_spans.ended_at is null
            or users.occurred_at < user_account_spans.ended_at
        )
    left join user_homes as homes
        on users.account_id is null
        and user_account_spans.account_id is null
        and users.user_id = homes.user_id
        and homes.is_named
        and users.known_from < homes.known_to
        and users.known_to > homes.known_from

)

select
    'user' as grain,
    user_id as actor_id,
    event_key,
    user_id,
    occurred_at,
    known_from,
    known_to
from users
where user_id is not null and known_from < known_to
union all
select
    'account' as grain,
    account_id as actor_id,
    event_key,
    user_id,
    occurred_at,
    known_from,
    known_to
from accounts_as_known
where account_id is not null and known_from < known_to
