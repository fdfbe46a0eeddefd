{#
    Makes subscription versions of Stripe's states: one of each item from when it became what it is
    until it became something else. What did not change makes no version.
#}

with

states as (

    select * from {{ ref('int_stripe_states') }}

),

prices as (

    select * from {{ ref('int_stripe_prices') }}

),

items_in_states as (

    select
        states.file_id,
        states.line_number,
        states.account_id,
        states.status,
        states.recorded_at,
        states.trial_end,
        states.canceled_at,
        states.ended_at,
        prices.*,
        concat_ws(
            '|', states.status, prices.plan, prices.currency, prices.amount_minor,
            prices.billing_interval, prices.interval_count, prices.quantity, prices.metered,
            prices.discount_percent, prices.discount_amount_minor, prices.discount_ends_at,
            states.trial_end, states.canceled_at
        ) as content
    from states
    inner join prices
        on states.source_id = prices.source_id
        and states.subscription_id = prices.subscription_id
        and states.started_at = prices.started_at

),

items_compared_with_before as (

    select
        items_in_states.*,
        case
            when
                lag(content) over (
                    partition by source_id, subscription_id, item_id order by started_at asc
                ) = content
                and lag(ended_at) over (
                    partition by source_id, subscription_id, item_id order by started_at asc
                ) = started_at
                then 0
            else 1
        end as is_new
    from items_in_states

),

items_numbered as (

    select
        items_compared_with_before.*,
        sum(is_new) over (
            partition by source_id, subscription_id, item_id order by started_at asc
        ) as version
    from items_compared_with_before

),

versions as (

    select
        items_numbered.*,
        max(coalesce(ended_at, timestamp '9999-12-31 00:00:00')) over (
            partition by source_id, subscription_id, item_id, version
        ) as version_ended_at
    from items_numbered

)

select
    -row_number() over (order by source_id asc, subscription_id asc, item_id asc, started_at asc)
        as version_key,
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
    cast(quantity as decimal(18, 6)) as quantity,
    status,
    metered,
    discount_percent,
    discount_amount_minor,
    discount_duration,
    discount_ends_at,
    started_at,
    nullif(version_ended_at, timestamp '9999-12-31 00:00:00') as ended_at,
    trial_end,
    canceled_at,
    recorded_at
from versions
where is_new = 1
