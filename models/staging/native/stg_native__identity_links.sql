{# Reads the native stream identity_links: links between ids as landed. #}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- content
    kind,
    linked_at,
    from_id,
    user_id,
    extra
from {{ source('native', 'identity_links') }}
