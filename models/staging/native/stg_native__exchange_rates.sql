{# Reads the native stream exchange_rates: exchange rates by month, as landed. #}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- content
    month,
    currency,
    rate,
    extra
from {{ source('native', 'exchange_rates') }}
