{#
    Parts every account's movement among its plans. What one plan lost and another won is a
    transfer; only what is left of it is the account's expansion or contraction, and stands with
    the plans that won or lost. Where several did, plans share the transfer in the order of names.
#}

with

own_changes as (

    select * from {{ ref('int_mrr_changes_by_plan') }}

),

gains_and_losses as (

    select
        own_changes.*,
        coalesce(movement in ('new', 'reactivation', 'churn'), false) as is_whole,
        greatest(own_change, 0) as gain,
        greatest(-own_change, 0) as loss
    from own_changes

),

shares as (

    select
        gains_and_losses.*,
        sum(gain) over account_month as gains,
        sum(loss) over account_month as losses,
        (sum(gain) over up_to_this_plan) - gain as gains_before,
        (sum(loss) over up_to_this_plan) - loss as losses_before
    from gains_and_losses
    window
        account_month as (partition by account_id, month),
        up_to_this_plan as (partition by account_id, month order by plan)

)

select
    account_id,
    month,
    plan,
    movement,
    is_whole,
    opening_mrr,
    closing_mrr,
    fx_mrr,
    own_change,
    gain,
    loss,
    case
        when is_whole then 0
        else greatest(least(gain, losses - gains_before), 0)
    end as transfer_in,
    case
        when is_whole then 0
        else greatest(least(loss, gains - losses_before), 0)
    end as transfer_out
from shares
