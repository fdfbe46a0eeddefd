{# Reads Stripe's events: the object as it became and what had been before; live mode only. #}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- content
    event_id,
    event_type,
    recorded_at,
    {{ json_text('data', 'object') }} as object,
    {{ json_text('data', 'previous_attributes') }} as previous_attributes
from {{ source('stripe', 'events') }}
where livemode is null or livemode
