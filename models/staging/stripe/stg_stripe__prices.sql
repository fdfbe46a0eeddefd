{# Reads Stripe's prices as exported, each a JSON object; live mode only. #}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- content
    price_id,
    extra as object
from {{ source('stripe', 'prices') }}
where livemode is null or livemode
