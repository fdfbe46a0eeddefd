{#
    Says what moved the MRR of every item, in its own currency.

    Of an item that stayed, seats come first, at the old price; then the price, which is the plan's
    doing if that changed, else the interval's; what then remains is the discount's. An item more
    or less is an add-on.
#}

with

item_changes as (

    select * from {{ ref('int_mrr_item_changes') }}

),

items_that_stayed as (

    select
        account_id,
        month,
        currency,
        case
            when new_plan <> old_plan then 'plan'
            when new_charged_every <> old_charged_every then 'interval'
            when new_price <> old_price then 'price'
            when new_quantity <> old_quantity then 'seats'
            else 'price'
        end as cause_of_price,
        cast(old_mrr as double) as old_mrr,
        case
            when new_quantity = old_quantity then cast(old_mrr as double)
            else
                cast(old_mrr as double) * cast(new_quantity as double)
                / nullif(cast(old_quantity as double), 0)
        end as mrr_after_seats,
        case
            when new_percent_off = old_percent_off and new_amount_off = old_amount_off
                then cast(new_mrr as double)
            else
                cast(new_gross_mrr as double) * cast(old_mrr as double)
                / nullif(cast(old_gross_mrr as double), 0)
        end as mrr_after_price,
        cast(new_mrr as double) as new_mrr
    from item_changes
    where old_mrr is not null and new_mrr is not null

),

effects as (

    select
        account_id,
        month,
        currency,
        'add_on' as cause,
        cast(coalesce(new_mrr, 0) - coalesce(old_mrr, 0) as double) as effect
    from item_changes
    where old_mrr is null or new_mrr is null
    union all
    select
        account_id,
        month,
        currency,
        'seats' as cause,
        coalesce(mrr_after_seats, old_mrr) - old_mrr as effect
    from items_that_stayed
    union all
    select
        account_id,
        month,
        currency,
        cause_of_price as cause,
        coalesce(mrr_after_price, new_mrr) - coalesce(mrr_after_seats, old_mrr) as effect
    from items_that_stayed
    union all
    select
        account_id,
        month,
        currency,
        'discount' as cause,
        new_mrr - coalesce(mrr_after_price, new_mrr) as effect
    from items_that_stayed

)

select
    account_id,
    month,
    currency,
    cause,
    sum(effect) as effect
from effects
group by account_id, month, currency, cause
