{#
    Says of every event whose it is.

    The user id on the event wins, aliases followed; else the owner of the anonymous id at that
    instant; else the person is the anonymous id itself. Placeholder ids name nobody: an event that
    has no other id has no person, since those who share one are not one.
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

events_of_known_ids as (

    select
        events.*,
        case when user_placeholders.placeholder_id is null then events.user_id end
            as sent_user_id,
        case when anonymous_placeholders.placeholder_id is null then events.anonymous_id end
            as sent_anonymous_id
    from events
    left join placeholder_ids as user_placeholders
        on lower(events.user_id) = user_placeholders.placeholder_id
    left join placeholder_ids as anonymous_placeholders
        on lower(events.anonymous_id) = anonymous_placeholders.placeholder_id

)

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
        events.sent_anonymous_id
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
