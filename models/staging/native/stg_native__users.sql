{# Reads the native stream users: users as landed: several versions of a user are several rows. #}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- content
    user_id,
    created_at,
    account_id,
    email,
    name,
    role,
    acquisition_channel,
    invited_by_user_id,
    properties,
    updated_at,
    extra
from {{ source('native', 'users') }}
