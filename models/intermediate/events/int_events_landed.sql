{#
    Brings the events of all sources together, as landed: ids as sent, copies included.

    Only what was known before `as_of` is here: an event counts where it occurred before it and,
    if the time of receipt is given, was received before it.
#}

with

native_events as (

    select * from {{ ref('stg_native__events') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

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
cross join as_of
where
    native_events.occurred_at < as_of.as_of
    and (native_events.received_at is null or native_events.received_at < as_of.as_of)
