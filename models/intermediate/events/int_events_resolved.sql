{#
    Says of every event whose it is: the person, the account, and whether it is one of ours.

    The user id on the event wins, aliases followed; else the owner of the anonymous id at that
    instant; else the person is the anonymous id itself. Placeholder ids name nobody.
#}

with

events as (

    select * from {{ ref('int_events_distinct') }}

),

placeholder_ids as (

    select * from {{ ref('placeholder_ids') }}

),

user_aliases as (

    select * from {{ ref('int_user_aliases') }}

),

identities as (

    select * from {{ ref('int_identities') }}

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

),

events_of_known_ids as (

    select
        events.*,
        case when placeholder_ids.placeholder_id is null then events.user_id end as sent_user_id
    from events
    left join placeholder_ids on lower(events.user_id) = placeholder_ids.placeholder_id

),

events_with_users as (

    select
        events.source_id,
        events.event_id,
        events.event_key,
        events.event_name,
        events.occurred_at,
        events.received_at,
        coalesce(user_aliases.user_id, events.sent_user_id, identities.user_id) as user_id,
        coalesce(
            user_aliases.user_id,
            events.sent_user_id,
            identities.user_id,
            events.anonymous_id,
            events.user_id
        ) as person_id,
        events.anonymous_id,
        events.account_id,
        events.session_id,
        events.properties
    from events_of_known_ids as events
    left join user_aliases on events.sent_user_id = user_aliases.from_id
    left join identities
        on events.sent_user_id is null
        and events.anonymous_id = identities.anonymous_id
        and events.occurred_at >= identities.valid_from
        and (identities.valid_to is null or events.occurred_at < identities.valid_to)

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
from events_with_users as events
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
