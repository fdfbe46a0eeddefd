{# Reads Stripe's subscriptions as exported, each a JSON object; live mode only. #}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- content
    subscription_id,
    extra as object
from {{ source('stripe', 'subscriptions') }}
where livemode is null or livemode
