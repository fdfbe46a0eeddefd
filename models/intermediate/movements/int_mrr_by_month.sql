{#
    Sums the movements of every month, in reporting minor units: net per account and month, or by
    event where settings say so, and then what the events leave of the change is the market's.
#}

with

movements as (

    select * from {{ ref('int_mrr_movements') }}

),

event_movements as (

    select * from {{ ref('int_mrr_event_movements') }}

),

months as (

    select * from {{ ref('int_revenue_months') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

chosen_movements as (

    select
        movements.month,
        movements.movement,
        movements.movement_minor
    from movements
    cross join settings
    where settings.movement_grain = 'account_month' and movements.movement is not null
    union all
    select
        month,
        movement,
        movement_minor
    from event_movements

),

summed_by_movement as (

    select
        month,
        sum(case when movement = 'new' then movement_minor else 0 end) as new_mrr,
        sum(case when movement = 'expansion' then movement_minor else 0 end) as expansion_mrr,
        sum(case when movement = 'reactivation' then movement_minor else 0 end)
            as reactivation_mrr,
        sum(case when movement = 'contraction' then movement_minor else 0 end) as contraction_mrr,
        sum(case when movement = 'churn' then movement_minor else 0 end) as churned_mrr,
        count(case when movement = 'new' then 1 end) as new_accounts,
        count(case when movement = 'expansion' then 1 end) as expansion_accounts,
        count(case when movement = 'reactivation' then 1 end) as reactivation_accounts,
        count(case when movement = 'contraction' then 1 end) as contraction_accounts,
        count(case when movement = 'churn' then 1 end) as churned_accounts
    from chosen_movements
    group by month

),

summed_by_account as (

    select
        month,
        sum(opening_mrr_minor) as opening_mrr,
        sum(fx_minor) as fx_mrr,
        sum(closing_mrr_minor) as closing_mrr,
        count(case when was_customer then 1 end) as opening_accounts,
        count(case when is_customer then 1 end) as closing_accounts,
        count(case when is_paying then 1 end) as paying_accounts
    from movements
    group by month

)

select
    months.month,
    months.is_complete,
    months.fiscal_year,
    cast(coalesce(accounts.opening_mrr, 0) as decimal(38, 4)) as opening_mrr,
    cast(coalesce(moved.new_mrr, 0) as decimal(38, 4)) as new_mrr,
    cast(coalesce(moved.expansion_mrr, 0) as decimal(38, 4)) as expansion_mrr,
    cast(coalesce(moved.reactivation_mrr, 0) as decimal(38, 4)) as reactivation_mrr,
    cast(coalesce(moved.contraction_mrr, 0) as decimal(38, 4)) as contraction_mrr,
    cast(coalesce(moved.churned_mrr, 0) as decimal(38, 4)) as churned_mrr,
    cast(coalesce(
        case
            when settings.movement_grain = 'account_month' then accounts.fx_mrr
            else
                accounts.closing_mrr - accounts.opening_mrr - moved.new_mrr - moved.expansion_mrr
                - moved.reactivation_mrr + moved.contraction_mrr + moved.churned_mrr
        end,
        accounts.closing_mrr - accounts.opening_mrr,
        0
    ) as decimal(38, 4)) as fx_mrr,
    cast(coalesce(accounts.closing_mrr, 0) as decimal(38, 4)) as closing_mrr,
    coalesce(accounts.opening_accounts, 0) as opening_accounts,
    coalesce(moved.new_accounts, 0) as new_accounts,
    coalesce(moved.expansion_accounts, 0) as expansion_accounts,
    coalesce(moved.reactivation_accounts, 0) as reactivation_accounts,
    coalesce(moved.contraction_accounts, 0) as contraction_accounts,
    coalesce(moved.churned_accounts, 0) as churned_accounts,
    coalesce(accounts.closing_accounts, 0) as closing_accounts,
    coalesce(accounts.paying_accounts, 0) as paying_accounts
from months
cross join settings
left join summed_by_movement as moved on months.month = moved.month
left join summed_by_account as accounts on months.month = accounts.month
