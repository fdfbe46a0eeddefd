{#
    How did recurring revenue move this month, and how much of it do we keep?

    Opening and closing are the last instants of two months. `nrr_month` and `grr_month` speak of
    one month, `*_12m_cohort` of the accounts of a year ago and what they pay today,
    `*_12m_compounded` of twelve months in a row: three numbers that are not the same.
#}

with

movements as (

    select * from {{ ref('int_mrr_by_month') }}

),

retention as (

    select * from {{ ref('int_mrr_retention') }}

),

within_month as (

    select * from {{ ref('int_mrr_within_month') }}

),

reporting_currency as (

    select * from {{ ref('int_reporting_currency') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

gains_and_losses as (

    select
        movements.month,
        cast(
            movements.new_mrr + movements.expansion_mrr
            + case when settings.quick_ratio_reactivation then movements.reactivation_mrr else 0 end
            as double
        ) as gains,
        cast(movements.contraction_mrr + movements.churned_mrr as double) as losses
    from movements
    cross join settings
    where movements.is_complete

)

select
    movements.month,
    movements.is_complete,
    cast(movements.fiscal_year as bigint) as fiscal_year,

    -- the waterfall
    cast(movements.opening_mrr * currency.minor_unit as decimal(18, 2)) as opening_mrr,
    cast(movements.new_mrr * currency.minor_unit as decimal(18, 2)) as new_mrr,
    cast(movements.expansion_mrr * currency.minor_unit as decimal(18, 2)) as expansion_mrr,
    cast(movements.reactivation_mrr * currency.minor_unit as decimal(18, 2)) as reactivation_mrr,
    cast(movements.contraction_mrr * currency.minor_unit as decimal(18, 2)) as contraction_mrr,
    cast(movements.churned_mrr * currency.minor_unit as decimal(18, 2)) as churned_mrr,
    cast(movements.fx_mrr * currency.minor_unit as decimal(18, 2)) as fx_mrr,
    cast(movements.closing_mrr * currency.minor_unit as decimal(18, 2)) as closing_mrr,

    -- the accounts behind it
    cast(movements.opening_accounts as bigint) as opening_accounts,
    cast(movements.new_accounts as bigint) as new_accounts,
    cast(movements.expansion_accounts as bigint) as expansion_accounts,
    cast(movements.reactivation_accounts as bigint) as reactivation_accounts,
    cast(movements.contraction_accounts as bigint) as contraction_accounts,
    cast(movements.churned_accounts as bigint) as churned_accounts,
    cast(movements.closing_accounts as bigint) as closing_accounts,
    cast(coalesce(within_month.accounts, 0) as bigint) as intra_month_accounts,

    -- what was kept
    cast(retention.nrr_month as double) as nrr_month,
    cast(retention.grr_month as double) as grr_month,
    cast(retention.nde_month as double) as nde_month,
    cast(retention.nrr_12m_cohort as double) as nrr_12m_cohort,
    cast(retention.grr_12m_cohort as double) as grr_12m_cohort,
    cast(retention.nrr_12m_compounded as double) as nrr_12m_compounded,
    cast(retention.grr_12m_compounded as double) as grr_12m_compounded,
    cast(
        case
            when movements.is_complete
                then
                    cast(movements.churned_accounts as double)
                    / nullif(movements.opening_accounts, 0)
        end as double
    ) as logo_churn_rate,
    cast(gains_and_losses.gains / nullif(gains_and_losses.losses, 0) as double) as quick_ratio,

    -- size
    cast(movements.closing_mrr * currency.minor_unit * 12 as decimal(18, 2)) as arr,
    cast(
        round(
            cast(movements.closing_mrr * currency.minor_unit * 100 as double)
            / nullif(movements.paying_accounts, 0)
        ) / 100 as decimal(18, 2)
    ) as arpa
from movements
cross join reporting_currency as currency
left join retention on movements.month = retention.month
left join within_month on movements.month = within_month.month
left join gains_and_losses on movements.month = gains_and_losses.month
