{#
    Writes every event once, resolved, with a session: the source's own where it has one, else
    the one it was cut into by idle time.
#}

{{ config(materialized=kept(), incremental_strategy='touched', unique_key='person_id') }}

with

events as (

    select *
    from {{ ref('int_events_resolved') }}
    where {{ touched('person_id') }}

),

event_sessions as (

    select * from {{ ref('int_event_sessions') }}

)

select
    events.source_id,
    events.event_id,
    events.event_key,
    events.event_name,
    events.occurred_at,
    events.received_at,
    events.known_at,
    events.person_id,
    events.user_id,
    events.anonymous_id,
    events.account_id,
    coalesce(events.session_id, event_sessions.session_id) as session_id,
    events.properties,
    events.is_internal
from events
left join event_sessions on events.event_key = event_sessions.event_key
