-- Every expansion and contraction must be explained to the last minor unit.
with

causes as (

    select * from {{ ref('int_mrr_causes') }}

),

movements as (

    select * from {{ ref('int_mrr_movements') }}

),

causes_by_account as (

    select
        account_id,
        month,
        sum(amount_minor) as amount_minor
    from causes
    group by account_id, month

)

select
    movements.account_id,
    movements.month
from movements
left join causes_by_account as causes
    on movements.account_id = causes.account_id
    and movements.month = causes.month
where
    movements.movement in ('expansion', 'contraction')
    and coalesce(causes.amount_minor, 0) <> movements.movement_minor
