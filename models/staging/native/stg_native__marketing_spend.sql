{# Reads the native stream marketing_spend: marketing spend as landed. #}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- content
    spent_on,
    channel,
    currency,
    amount_minor,
    campaign,
    extra
from {{ source('native', 'marketing_spend') }}
