{# Keeps the versions that can be counted: those that last, at an interval that exists. #}

with

versions_distinct as (

    select * from {{ ref('int_subscription_versions_distinct') }}

),

findings as (

    select * from {{ ref('int_subscription_findings') }}

),

versions_set_aside as (

    select distinct version_key
    from findings
    where is_set_aside

)

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
    is_metered,
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
from versions_distinct
where version_key not in (select versions_set_aside.version_key from versions_set_aside)
