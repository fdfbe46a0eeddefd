{# Reads the native stream account_memberships: who belonged to which account, and when. #}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- content
    user_id,
    account_id,
    joined_at,
    left_at,
    role,
    extra
from {{ source('native', 'account_memberships') }}
