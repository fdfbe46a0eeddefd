{#
    Parts what an account did and what the market did among its plans. What the market did to an
    amount that changed plans stands with the plan that won most.
#}

with

compared_by_plan as (

    select * from {{ ref('int_mrr_compared_by_plan') }}

),

movements as (

    select * from {{ ref('int_mrr_movements') }}

),

market_by_currency as (

    select
        compared_by_plan.*,
        case
            when base_local <= 0 or current_local <= 0 then 0
            when current_local > base_local then base_at_current_rate - base_mrr
            when current_local < base_local then current_mrr - current_at_base_rate
            else current_mrr - base_mrr
        end as fx_mrr
    from compared_by_plan
    where comparison = 'previous_month'

),

summed_to_plan as (

    select
        account_id,
        month,
        plan,
        sum(base_mrr) as opening_mrr,
        sum(current_mrr) as closing_mrr,
        sum(fx_mrr) as fx_mrr
    from market_by_currency
    group by account_id, month, plan

),

plans_with_rank as (

    select
        plans.account_id,
        plans.month,
        plans.plan,
        plans.opening_mrr,
        plans.closing_mrr,
        plans.fx_mrr,
        movements.movement,
        movements.fx_minor - sum(plans.fx_mrr) over (
            partition by plans.account_id, plans.month
        ) as fx_of_what_changed_plans,
        row_number() over (
            partition by plans.account_id, plans.month
            order by plans.closing_mrr - plans.opening_mrr desc, plans.plan asc
        ) as rank_of_gain
    from summed_to_plan as plans
    inner join movements
        on plans.account_id = movements.account_id
        and plans.month = movements.month

)

select
    account_id,
    month,
    plan,
    movement,
    opening_mrr,
    closing_mrr,
    fx_mrr + case when rank_of_gain = 1 then fx_of_what_changed_plans else 0 end as fx_mrr,
    closing_mrr - opening_mrr - fx_mrr
    - case when rank_of_gain = 1 then fx_of_what_changed_plans else 0 end as own_change
from plans_with_rank
