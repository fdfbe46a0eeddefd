{#
    Says whose each event was known to be, from when till when: a row for every user and account.

    The user sent with the event counts from its receipt, the owner of its anonymous id from the
    moment that was known, a merged id's new name from the merging on. The account is the one
    sent, else that of the membership at that instant, else the one the user's record named.
#}

with

signal_events as (

    select * from {{ ref('int_signal_events') }}

),

user_names as (

    select * from {{ ref('int_user_names') }}

),

identity_claims as (

    select * from {{ ref('int_identity_claims') }}

),

user_account_spans as (

    select * from {{ ref('int_user_account_spans') }}

),

user_homes as (

    select * from {{ ref('int_user_homes') }}

),

users_as_known as (

    select
        events.event_key,
        coalesce(user_names.user_id, events.user_id) as user_id,
        events.account_id,
        events.occurred_at,
        greatest(events.known_at, coalesce(user_names.known_from, events.known_at)) as known_from,
        coalesce(user_names.known_to, timestamp '9999-12-31 00:00:00') as known_to
    from signal_events as events
    left join user_names
        on events.user_id = user_names.sent_id
        and events.known_at < user_names.known_to
    where events.user_id is not null or events.account_id is not null
    union all
    select
        events.event_key,
        identity_claims.user_id,
        events.account_id,
        events.occurred_at,
        greatest(events.known_at, identity_claims.known_from) as known_from,
        identity_claims.known_to
    from signal_events as events
    inner join identity_claims
        on events.anonymous_id = identity_claims.anonymous_id
        and events.occurred_at >= identity_claims.valid_from
        and events.occurred_at < identity_claims.valid_to
    where events.user_id is null

),

accounts_as_known as (

    select
        users.event_key,
        users.user_id,
        users.occurred_at,
        coalesce(users.account_id, user_account_spans.account_id, homes.account_id) as account_id,
        greatest(users.known_from, coalesce(homes.known_from, users.known_from)) as known_from,
        least(users.known_to, coalesce(homes.known_to, users.known_to)) as known_to
    from users_as_known as users
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
from users_as_known
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
