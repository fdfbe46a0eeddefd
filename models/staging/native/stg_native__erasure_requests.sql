{# Reads the native stream erasure_requests: requests to erase a person or an account. #}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- content
    subject_type,
    subject_id,
    requested_at,
    extra
from {{ source('native', 'erasure_requests') }}
