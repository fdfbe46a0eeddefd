{# Reads Stripe's products as exported, each a JSON object; live mode only. #}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- content
    product_id,
    extra as object
from {{ source('stripe', 'products') }}
where livemode is null or livemode
