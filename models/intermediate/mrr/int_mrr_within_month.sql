{# Counts the accounts that paid within a month and at neither end: no month-end shows them. #}

with

spans as (

    select * from {{ ref('int_mrr_spans') }}

),

months as (

    select * from {{ ref('int_revenue_months') }}

),

customer_months as (

    select * from {{ ref('int_customer_months') }}

),

accounts_within_month as (

    select distinct
        spans.revenue_account_id as account_id,
        months.month,
        months.previous_month
    from spans
    inner join months
        on spans.started_at >= months.started_at
        and spans.ended_at < months.closing_at
    where spans.mrr_minor > 0 and not spans.is_internal

)

select
    accounts.month,
    count(*) as accounts
from accounts_within_month as accounts
left join customer_months as before
    on accounts.account_id = before.account_id
    and accounts.previous_month = before.month
left join customer_months as now
    on accounts.account_id = now.account_id
    and accounts.month = now.month
where before.account_id is null and now.account_id is null
group by accounts.month
