{# Reads the native stream accounts: several versions of an account are several rows. #}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- content
    account_id,
    created_at,
    name,
    parent_account_id,
    industry,
    employee_count,
    country,
    properties,
    updated_at,
    extra
from {{ source('native', 'accounts') }}
