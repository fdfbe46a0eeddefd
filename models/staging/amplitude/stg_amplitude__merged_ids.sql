{# Reads which of Amplitude's own ids of people were merged into which. #}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- content
    merged_amplitude_id as from_person_id,
    amplitude_id as person_id,
    coalesce(merged_at, received_at, timestamp '1970-01-01 00:00:00') as merged_at
from {{ source('amplitude', 'merged_ids') }}
