{#
    Brings the events of all sources together, as landed: ids as sent, copies and events after
    `as_of` included.
#}

with

native_events as (

    select * from {{ ref('stg_native__events') }}

)

select
    native_events.source_id,
    native_events.event_id,
    native_events.file_id,
    native_events.line_number,
    {{ row_key('native_events.file_id', 'native_events.line_number') }} as event_key,
    native_events.event_name,
    native_events.occurred_at,
    native_events.received_at,
    native_events.user_id,
    native_events.anonymous_id,
    native_events.account_id,
    native_events.session_id,
    native_events.properties
from native_events
