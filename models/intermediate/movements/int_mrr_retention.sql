{#
    Works out the share of MRR that each month kept: of the month's own opening, of the accounts of
    a year ago, and of twelve months in a row. A month in progress has no rates.
#}

with

months as (

    select * from {{ ref('int_mrr_by_month') }}

),

compared as (

    select * from {{ ref('int_mrr_compared') }}

),

calendar as (

    select * from {{ ref('int_revenue_months') }}

),

accounts_of_a_year_ago as (

    select
        month,
        cast(sum(base_mrr_minor) as double) as base,
        cast(sum(base_mrr_minor + own_change_minor) as double) as kept_and_grown,
        cast(sum(greatest(base_mrr_minor + least(own_change_minor, 0), 0)) as double) as kept
    from compared
    where comparison = 'twelve_months' and base_mrr_minor > 0
    group by month

),

monthly as (

    select
        month,
        is_complete,
        case when is_complete and opening_mrr <> 0 then cast(opening_mrr as double) end as opening,
        cast(expansion_mrr - contraction_mrr - churned_mrr as double) as change_of_the_base,
        cast(contraction_mrr + churned_mrr as double) as losses,
        cast(reactivation_mrr as double) as returns
    from months

),

monthly_rates as (

    select
        month,
        is_complete,
        1 + change_of_the_base / nullif(opening, 0) as nrr_month,
        1 - losses / nullif(opening, 0) as grr_month,
        (change_of_the_base + returns) / nullif(opening, 0) as nde_month
    from monthly

),

twelve_months_in_a_row as (

    -- a product is the exponential of a sum of logarithms; a month that kept nothing makes it 0
    select
        calendar.month,
        count(rates.nrr_month) as months_with_a_base,
        min(rates.nrr_month) as least_nrr,
        min(rates.grr_month) as least_grr,
        exp(sum(ln(case when rates.nrr_month > 0 then rates.nrr_month end))) as nrr,
        exp(sum(ln(case when rates.grr_month > 0 then rates.grr_month end))) as grr
    from calendar
    inner join monthly_rates as rates
        on calendar.month >= rates.month
        and calendar.month_a_year_before < rates.month
    where calendar.is_complete
    group by calendar.month

)

select
    rates.month,
    rates.nrr_month,
    rates.grr_month,
    rates.nde_month,
    case when rates.is_complete then year_ago.kept_and_grown / nullif(year_ago.base, 0) end
        as nrr_12m_cohort,
    case when rates.is_complete then year_ago.kept / nullif(year_ago.base, 0) end
        as grr_12m_cohort,
    case
        when in_a_row.months_with_a_base = 12
            then case when in_a_row.least_nrr > 0 then in_a_row.nrr else 0 end
    end as nrr_12m_compounded,
    case
        when in_a_row.months_with_a_base = 12
            then case when in_a_row.least_grr > 0 then in_a_row.grr else 0 end
    end as grr_12m_compounded
from monthly_rates as rates
left join accounts_of_a_year_ago as year_ago on rates.month = year_ago.month
left join twelve_months_in_a_row as in_a_row on rates.month = in_a_row.month
