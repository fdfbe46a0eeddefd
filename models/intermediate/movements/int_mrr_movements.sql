{#
    Names what every account's MRR did in every month, net of all that happened within the month.

    `new` is the first month-end with MRR above zero, a later return is `reactivation` (or `new`
    again after the window that settings may set).
#}

with

comparisons as (

    select * from {{ ref('int_mrr_comparisons') }}

),

compared as (

    select * from {{ ref('int_mrr_compared') }}

),

customer_months as (

    select * from {{ ref('int_customer_months') }}

),

months as (

    select * from {{ ref('int_revenue_months') }}

),

returns as (

    select * from {{ ref('int_mrr_returns') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

last_returns as (

    select
        customer_months.account_id,
        customer_months.month,
        max(returns.returned_at) as returned_at,
        max_by(returns.away_since, returns.returned_at) as away_since
    from customer_months
    inner join months on customer_months.month = months.month
    inner join returns
        on customer_months.account_id = returns.account_id
        and months.closing_at > returns.returned_at
    group by customer_months.account_id, customer_months.month

),

compared_with_states as (

    select
        comparisons.account_id,
        comparisons.month,
        coalesce(compared.base_mrr_minor, 0) as opening_mrr_minor,
        coalesce(compared.current_mrr_minor, 0) as closing_mrr_minor,
        coalesce(compared.own_change_minor, 0) as own_change_minor,
        coalesce(compared.fx_minor, 0) as fx_minor,
        before.account_id is not null as was_customer,
        now.account_id is not null as is_customer,
        coalesce(now.is_paying, false) as is_paying,
        coalesce(
            now.is_first_paid
            or last_returns.returned_at
            > last_returns.away_since + settings.reactivation_window_days * interval '1' day,
            false
        ) as is_new
    from comparisons
    cross join settings
    left join compared
        on comparisons.comparison = compared.comparison
        and comparisons.account_id = compared.account_id
        and comparisons.month = compared.month
    left join customer_months as before
        on comparisons.account_id = before.account_id
        and comparisons.base_month = before.month
    left join customer_months as now
        on comparisons.account_id = now.account_id
        and comparisons.month = now.month
    left join last_returns
        on comparisons.account_id = last_returns.account_id
        and comparisons.month = last_returns.month
    where comparisons.comparison = 'previous_month'

)

select
    account_id,
    month,
    opening_mrr_minor,
    closing_mrr_minor,
    case
        when is_customer and not was_customer
            then case when is_new then 'new' else 'reactivation' end
        when was_customer and not is_customer then 'churn'
        when own_change_minor > 0 then 'expansion'
        when own_change_minor < 0 then 'contraction'
    end as movement,
    abs(own_change_minor) as movement_minor,
    fx_minor,
    was_customer,
    is_customer,
    is_paying
from compared_with_states
where was_customer or is_customer or opening_mrr_minor <> 0 or closing_mrr_minor <> 0
