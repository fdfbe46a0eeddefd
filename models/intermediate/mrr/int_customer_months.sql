{#
    Lists the months at whose end an account was a customer: it paid or, where settings keep those
    who went from paid to free, it has been on a free plan without a break ever since it paid.
#}

with

mrr_by_version as (

    select * from {{ ref('int_mrr_by_version') }}

),

subscription_spans as (

    select * from {{ ref('int_subscription_spans') }}

),

months as (

    select * from {{ ref('int_revenue_months') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

paying_months as (

    select
        account_id,
        month
    from mrr_by_version
    group by account_id, month
    having sum(mrr_minor) > 0

),

free_months as (

    select distinct
        subscription_spans.revenue_account_id as account_id,
        months.month
    from subscription_spans
    inner join months
        on subscription_spans.started_at < months.closing_at
        and (
            subscription_spans.ended_at is null
            or subscription_spans.ended_at >= months.closing_at
        )
    cross join settings
    where
        subscription_spans.is_free
        and not subscription_spans.is_internal
        and settings.free_plan = 'contraction'

),

paying_or_free_months as (

    select
        coalesce(paying_months.account_id, free_months.account_id) as account_id,
        coalesce(paying_months.month, free_months.month) as month,
        case when paying_months.account_id is null then 0 else 1 end as is_paying
    from paying_months
    full outer join free_months
        on paying_months.account_id = free_months.account_id
        and paying_months.month = free_months.month

),

months_numbered as (

    select
        month,
        row_number() over (order by month) as month_number
    from months

),

unbroken_months as (

    select
        paying_or_free_months.account_id,
        paying_or_free_months.month,
        paying_or_free_months.is_paying,
        months_numbered.month_number - row_number() over (
            partition by paying_or_free_months.account_id order by paying_or_free_months.month
        ) as stretch
    from paying_or_free_months
    inner join months_numbered on paying_or_free_months.month = months_numbered.month

),

months_since_paying as (

    select
        account_id,
        month,
        is_paying,
        sum(is_paying) over (partition by account_id, stretch order by month) as months_paid,
        sum(is_paying) over (partition by account_id order by month) as months_paid_ever
    from unbroken_months

)

select
    account_id,
    month,
    is_paying = 1 as is_paying,
    is_paying = 1 and months_paid_ever = 1 as is_first_paid
from months_since_paying
where months_paid > 0
