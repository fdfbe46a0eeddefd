{#
    Brings subscription versions together: the native stream's and those made of Stripe's history,
    with a key of their own, since a line of Stripe's may speak of several items.
#}

with

native_versions as (

    select * from {{ ref('stg_native__subscription_versions') }}

),

stripe_versions as (

    select * from {{ ref('int_stripe_versions') }}

)

select
    {{ row_key('file_id', 'line_number') }} as version_key,
    source_id,
    file_id,
    line_number,
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
    recorded_at
from native_versions
union all
select
    version_key,
    source_id,
    file_id,
    line_number,
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
    cast(null as timestamp) as past_due_since,
    recorded_at
from stripe_versions
