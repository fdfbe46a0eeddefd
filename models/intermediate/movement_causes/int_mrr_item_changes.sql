{#
    Sets every item beside what it was a month before. An item that is gone and one that came in
    the same currency are one item that changed: a switch to a new subscription is no add-on.
#}

with

items as (

    select * from {{ ref('int_mrr_items') }}

),

items_with_the_other_end as (

    select
        items.*,
        count(*) over (
            partition by
                account_id, month, currency, source_id, subscription_id, item_id, copy_number
        ) = 1 as came_or_went
    from items

),

items_in_pairs as (

    select
        items_with_the_other_end.*,
        case
            when came_or_went
                then row_number() over (
                    partition by account_id, month, currency, is_closing, came_or_went
                    order by
                        mrr desc,
                        source_id asc,
                        subscription_id asc,
                        item_id asc,
                        copy_number asc
                )
            else dense_rank() over (
                partition by account_id, month, currency, came_or_went
                order by source_id, subscription_id, item_id, copy_number
            )
        end as pair
    from items_with_the_other_end

)

select
    account_id,
    month,
    currency,
    max(case when not is_closing then plan end) as old_plan,
    max(case when is_closing then plan end) as new_plan,
    max(case when not is_closing then charged_every end) as old_charged_every,
    max(case when is_closing then charged_every end) as new_charged_every,
    max(case when not is_closing then quantity end) as old_quantity,
    max(case when is_closing then quantity end) as new_quantity,
    max(case when not is_closing then price end) as old_price,
    max(case when is_closing then price end) as new_price,
    max(case when not is_closing then percent_off end) as old_percent_off,
    max(case when is_closing then percent_off end) as new_percent_off,
    max(case when not is_closing then amount_off end) as old_amount_off,
    max(case when is_closing then amount_off end) as new_amount_off,
    max(case when not is_closing then gross_mrr end) as old_gross_mrr,
    max(case when is_closing then gross_mrr end) as new_gross_mrr,
    max(case when not is_closing then mrr end) as old_mrr,
    max(case when is_closing then mrr end) as new_mrr
from items_in_pairs
group by account_id, month, currency, came_or_went, pair
