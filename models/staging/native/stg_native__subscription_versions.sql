{# Reads the native stream subscription_versions: stretches of one price, quantity and status. #}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- content
    subscription_id,
    item_id,
    account_id,
    plan,
    currency,
    amount_minor,
    billing_interval,
    interval_count,
    quantity,
    status,
    metered,
    discount_percent,
    discount_amount_minor,
    discount_duration,
    discount_ends_at,
    started_at,
    ended_at,
    trial_end,
    canceled_at,
    past_due_since,
    recorded_at,
    extra
from {{ source('native', 'subscription_versions') }}
