{#
    Takes subscriptions apart into items: what each was priced at in each state, and what was off.

    Prices come in the shape of today or as plans, discounts on the item, as a list or alone, whole
    or as an id that another event explains. An amount off the subscription is off its first item.
#}

with

states as (

    select * from {{ ref('int_stripe_states') }}

),

events as (

    select * from {{ ref('stg_stripe__events') }}

),

discounts as (

    select
        source_id,
        {{ json_text('object', 'id') }} as discount_id,
        max_by(object, recorded_at) as discount
    from events
    where event_type like 'customer.discount.%'
    group by source_id, {{ json_text('object', 'id') }}

),

items as (

    select
        states.source_id,
        states.file_id,
        states.line_number,
        states.subscription_id,
        states.started_at,
        states.object,
        {{ json_elements(json_text(json_text('states.object', 'items'), 'data')) }} as item
    from states
    where not states.is_over

),

items_with_prices as (

    select
        items.*,
        {{ json_text('item', 'id') }} as item_id,
        coalesce({{ json_text('item', 'price') }}, {{ json_text('item', 'plan') }}) as price,
        coalesce(
            {{ json_item('item', "'discounts'") }},
            {{ json_item('object', "'discounts'") }},
            {{ json_text('object', 'discount') }}
        ) as discount,
        row_number() over (
            partition by source_id, subscription_id, started_at
            order by {{ json_text('item', 'id') }}
        ) as place
    from items

),

discounted_items as (

    select
        items.*,
        coalesce(discounts.discount, items.discount) as discount_told
    from items_with_prices as items
    left join discounts
        on items.source_id = discounts.source_id
        and items.discount = discounts.discount_id

),

items_with_objects as (

    select
        discounted_items.*,
        case when left(price, 1) = '{' then price end as price_object,
        case when left(discount_told, 1) = '{' then discount_told end as discount_object
    from discounted_items

),

items_with_coupons as (

    select
        items_with_objects.*,
        coalesce(
            {{ json_text('discount_object', 'coupon') }},
            {{ json_text(json_text('discount_object', 'source'), 'coupon') }}
        ) as coupon
    from items_with_objects

)

select
    source_id,
    file_id,
    line_number,
    subscription_id,
    started_at,
    item_id,
    coalesce({{ json_text('price_object', 'id') }}, price) as price_id,
    price_object,
    {{ json_text('item', 'quantity') }} as quantity,
    case when left(coupon, 1) = '{' then coupon end as coupon,
    place = 1 as is_first_item,
    {{ instant_of_text(json_text('discount_object', 'end')) }} as discount_ends_at
from items_with_coupons
