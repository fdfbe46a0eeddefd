{# Reads the native stream survey_responses: survey answers as landed; an answer may be updated. #}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- content
    response_id,
    survey,
    survey_type,
    responded_at,
    user_id,
    account_id,
    score,
    comment,
    updated_at,
    extra
from {{ source('native', 'survey_responses') }}
