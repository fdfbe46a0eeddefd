{# Reads Stripe's customers as exported, each a JSON object; live mode only. #}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- content
    customer_id,
    extra as object
from {{ source('stripe', 'customers') }}
where livemode is null or livemode
