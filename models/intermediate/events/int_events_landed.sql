{#
    Brings the events of all sources together, as landed: ids as sent, copies and events after
    `as_of` included.
#}

with

native_events as (

    select * from {{ ref('stg_native__events') }}

),

vendor_records as (

    select * from {{ ref('int_vendor_records') }}

)

select
    source_id,
    event_id,
    file_id,
    line_number,
    {{ row_key('file_id', 'line_number') }} as event_key,
    event_name,
    occurred_at,
    received_at,
    user_id,
    anonymous_id,
    account_id,
    session_id,
    properties
from native_events
union all
select
    source_id,
    event_id,
    file_id,
    line_number,
    {{ row_key('file_id', 'line_number') }} as event_key,
    event_name,
    occurred_at,
    received_at,
    user_id,
    anonymous_id,
    account_id,
    session_id,
    properties
from vendor_records
where is_event
