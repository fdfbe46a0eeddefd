{# Leaves every event once, ids still as sent. #}

with

events as (

    select * from {{ ref('int_events_landed') }}

),

copies as (

    select * from {{ ref('int_event_copies') }}

)

select
    events.source_id,
    events.event_id,
    events.event_key,
    events.event_name,
    events.occurred_at,
    events.received_at,
    events.user_id,
    events.anonymous_id,
    events.account_id,
    events.session_id,
    events.properties
from events
left join copies on events.event_key = copies.event_key
where copies.event_key is null
