{# Reads the native stream events: a line of a file each, copies included. #}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- content
    event_id,
    event_name,
    occurred_at,
    user_id,
    anonymous_id,
    account_id,
    session_id,
    received_at,
    properties,
    extra
from {{ source('native', 'events') }}
