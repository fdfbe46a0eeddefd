{#
    What did each account's recurring revenue do this month, and which rows say so?

    Net of all that happened within the month: an account that went up by 50 and down by 50 did
    nothing. Every row names the subscription versions that its two ends are made of.
#}

with

movements as (

    select * from {{ ref('int_mrr_movements') }}

),

sources as (

    select * from {{ ref('int_mrr_sources') }}

)

select
    cast(movements.account_id as string) as account_id,
    movements.month,
    movements.opening_mrr_minor,
    movements.closing_mrr_minor,
    cast(movements.movement as string) as movement,
    cast(
        case when movements.movement is null then 0 else movements.movement_minor end
        as decimal(38, 4)
    ) as movement_minor,
    movements.fx_minor,
    cast(coalesce(sources.source_rows, '[]') as string) as source_rows
from movements
left join sources
    on movements.account_id = sources.account_id
    and movements.month = sources.month
where
    movements.opening_mrr_minor <> 0
    or movements.closing_mrr_minor <> 0
    or movements.movement is not null
