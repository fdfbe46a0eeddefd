-- Every month opens as the last one closed, the first with nothing; both ends are the sums over the
-- accounts, and so are the movements, and the accounts that came and left, where they are net.
with

months as (

    select * from {{ ref('int_mrr_by_month') }}

),

accounts as (

    select * from {{ ref('nrr_by_account') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

months_after_the_previous as (

    select
        months.*,
        new_mrr + expansion_mrr + reactivation_mrr as gains,
        contraction_mrr + churned_mrr as losses,
        new_accounts + reactivation_accounts as came,
        lag(closing_mrr, 1, 0) over (order by month) as previous_closing_mrr,
        lag(closing_accounts, 1, 0) over (order by month) as previous_closing_accounts
    from months

),

summed_to_month as (

    select
        month,
        sum(opening_mrr_minor) as opening_mrr,
        sum(closing_mrr_minor) as closing_mrr,
        sum(case when movement in ('contraction', 'churn') then 0 else movement_minor end) as gains,
        sum(case when movement in ('contraction', 'churn') then movement_minor else 0 end) as losses
    from accounts
    group by month

)

select months.month
from months_after_the_previous as months
cross join settings
left join summed_to_month as accounts on months.month = accounts.month
where
    months.opening_mrr <> months.previous_closing_mrr
    or months.opening_accounts <> months.previous_closing_accounts
    or months.opening_mrr <> coalesce(accounts.opening_mrr, 0)
    or months.closing_mrr <> coalesce(accounts.closing_mrr, 0)
    or (
        settings.movement_grain = 'account_month'
        and (
            months.closing_accounts
            <> months.opening_accounts + months.came - months.churned_accounts
            or months.gains <> coalesce(accounts.gains, 0)
            or months.losses <> coalesce(accounts.losses, 0)
        )
    )
