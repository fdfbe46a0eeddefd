{#
    Pairs the month-ends that are compared with each other: every month with the one before, with
    the one twelve months before, and with the first in which the account paid.
#}

with

months as (

    select * from {{ ref('int_revenue_months') }}

),

mrr_by_version as (

    select * from {{ ref('int_mrr_by_version') }}

),

customer_months as (

    select * from {{ ref('int_customer_months') }}

),

first_months as (

    select
        account_id,
        month as first_month
    from customer_months
    where is_first_paid

),

account_months as (

    select
        account_id,
        month
    from mrr_by_version
    union
    select
        account_id,
        month
    from customer_months

),

accounts as (

    select
        account_id,
        min(month) as earliest_month,
        max(month) as latest_month
    from account_months
    group by account_id

)

select
    'previous_month' as comparison,
    accounts.account_id,
    months.previous_month as base_month,
    months.month
from accounts
inner join months
    on accounts.earliest_month <= months.month
    and accounts.latest_month >= months.previous_month
union all
select
    'twelve_months' as comparison,
    accounts.account_id,
    months.month_a_year_before as base_month,
    months.month
from accounts
inner join months
    on accounts.earliest_month <= months.month_a_year_before
    and accounts.latest_month >= months.month_a_year_before
union all
select
    'first_month' as comparison,
    first_months.account_id,
    first_months.first_month as base_month,
    months.month
from first_months
inner join months on first_months.first_month <= months.month
