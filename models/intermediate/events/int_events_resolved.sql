{#
    Says of every event which account it belongs to, and whether it is one of ours.

    An event that names no account belongs to the one its user is a member of at that instant,
    if there is exactly one, else to the user's own.
#}

with

events as (

    select * from {{ ref('int_events_of_people') }}

),

user_account_spans as (

    select * from {{ ref('int_user_account_spans') }}

),

users as (

    select * from {{ ref('int_users') }}

),

internal_accounts as (

    select account_id
    from {{ ref('int_accounts') }}
    where is_internal

),

bot_events as (

    select * from {{ ref('int_bot_events') }}

)

select
    events.source_id,
    events.event_id,
    events.event_key,
    events.event_name,
    events.occurred_at,
    events.received_at,
    coalesce(events.received_at, events.occurred_at) as known_at,
    events.person_id,
    events.user_id,
    events.anonymous_id,
    coalesce(events.account_id, user_account_spans.account_id, users.account_id) as account_id,
    events.session_id,
    events.properties,
    coalesce(users.is_internal, false)
    or internal_accounts.account_id is not null
    or bot_events.event_key is not null as is_internal
from events
left join user_account_spans
    on events.account_id is null
    and events.user_id = user_account_spans.user_id
    and events.occurred_at >= user_account_spans.started_at
    and (user_account_spans.ended_at is null or events.occurred_at < user_account_spans.ended_at)
left join users on events.user_id = users.user_id
left join internal_accounts
    on coalesce(events.account_id, user_account_spans.account_id, users.account_id)
    = internal_accounts.account_id
left join bot_events on events.event_key = bot_events.event_key
