{# Leaves every event known before `as_of` once, ids still as sent. #}

with

events as (

    select * from {{ ref('int_events_landed') }}

),

left_out as (

    select * from {{ ref('int_events_left_out') }}

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
left join left_out on events.event_key = left_out.event_key
where left_out.event_key is null
