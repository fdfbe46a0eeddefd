{#
    Reads the price of every item: amount in minor units with fractions, interval, whether it is
    metered, and the plan: the price's nickname, else the product's name, else the product.
#}

with

items as (

    select * from {{ ref('int_stripe_items') }}

),

prices as (

    select
        source_id,
        price_id,
        max_by(object, {{ row_key('file_id', 'line_number') }}) as object
    from {{ ref('stg_stripe__prices') }}
    group by source_id, price_id

),

products as (

    select
        source_id,
        product_id,
        max_by({{ json_text('object', 'name') }}, {{ row_key('file_id', 'line_number') }}) as name
    from {{ ref('stg_stripe__products') }}
    group by source_id, product_id

),

priced_items as (

    select
        items.*,
        coalesce(items.price_object, prices.object) as price,
        {{ json_text('prices.object', 'nickname') }} as told_nickname
    from items
    left join prices
        on items.source_id = prices.source_id
        and items.price_id = prices.price_id

),

items_with_products as (

    select
        priced_items.*,
        coalesce({{ json_text('price', 'recurring') }}, price) as terms,
        {{ json_text('price', 'product') }} as product
    from priced_items

)

select
    items.source_id,
    items.subscription_id,
    items.item_id,
    items.started_at,
    items.quantity,
    coalesce(
        {{ json_text('items.price', 'nickname') }},
        items.told_nickname,
        case when left(items.product, 1) = '{' then {{ json_text('items.product', 'name') }} end,
        products.name,
        items.product,
        items.price_id
    ) as plan,
    {{ json_text('items.price', 'currency') }} as currency,
    coalesce(
        try_cast(coalesce(
            {{ json_text('items.price', 'unit_amount_decimal') }},
            {{ json_text('items.price', 'unit_amount') }},
            {{ json_text('items.price', 'amount_decimal') }},
            {{ json_text('items.price', 'amount') }}
        ) as decimal(38, 12)),
        0
    ) as amount_minor,
    coalesce(
        {{ json_text('items.terms', 'interval') }},
        case when {{ json_text('items.price', 'type') }} = 'one_time' then 'one_time' end,
        'none'
    ) as billing_interval,
    coalesce(try_cast({{ json_text('items.terms', 'interval_count') }} as bigint), 1)
        as interval_count,
    coalesce({{ json_text('items.terms', 'usage_type') }} = 'metered', false) as metered,
    try_cast({{ json_text('items.coupon', 'percent_off') }} as decimal(18, 6)) as discount_percent,
    case
        when items.is_first_item
            then try_cast({{ json_text('items.coupon', 'amount_off') }} as decimal(38, 12))
    end as discount_amount_minor,
    {{ json_text('items.coupon', 'duration') }} as discount_duration,
    items.discount_ends_at
from items_with_products as items
left join products
    on items.source_id = products.source_id
    and items.product = products.product_id
