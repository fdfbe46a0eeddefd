-- What plans won, lost and transferred must be what their account did.
with

plans as (

    select * from {{ ref('int_mrr_movements_by_plan') }}

),

accounts as (

    select * from {{ ref('int_mrr_movements') }}

),

plans_by_account as (

    select
        account_id,
        month,
        sum(opening_mrr) as opening_mrr,
        sum(closing_mrr) as closing_mrr,
        sum(fx_mrr) as fx_mrr,
        sum(own_change) as own_change,
        sum(transfer_in) - sum(transfer_out) as transferred
    from plans
    group by account_id, month

)

select
    accounts.account_id,
    accounts.month
from accounts
left join plans_by_account as plans
    on accounts.account_id = plans.account_id
    and accounts.month = plans.month
where
    coalesce(plans.opening_mrr, 0) <> accounts.opening_mrr_minor
    or coalesce(plans.closing_mrr, 0) <> accounts.closing_mrr_minor
    or coalesce(plans.fx_mrr, 0) <> accounts.fx_minor
    or abs(coalesce(plans.own_change, 0)) <> accounts.movement_minor
    or plans.transferred <> 0
