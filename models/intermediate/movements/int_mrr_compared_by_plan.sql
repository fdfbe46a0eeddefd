{#
    Sets the two ends of every comparison side by side, per account, currency and plan: what was
    paid in the currency, what that was in ours, and what each end is at the other end's rate.
    Every row is converted and rounded by itself.
#}

with

comparisons as (

    select * from {{ ref('int_mrr_comparisons') }}

),

mrr_by_version as (

    select * from {{ ref('int_mrr_by_version') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

both_ends as (

    select
        comparisons.comparison,
        comparisons.account_id,
        comparisons.base_month,
        comparisons.month,
        mrr_by_version.currency,
        mrr_by_version.plan,
        mrr_by_version.local_mrr_minor,
        mrr_by_version.mrr_minor,
        true as is_base,
        comparisons.month as other_month
    from comparisons
    inner join mrr_by_version
        on comparisons.account_id = mrr_by_version.account_id
        and comparisons.base_month = mrr_by_version.month
    union all
    select
        comparisons.comparison,
        comparisons.account_id,
        comparisons.base_month,
        comparisons.month,
        mrr_by_version.currency,
        mrr_by_version.plan,
        mrr_by_version.local_mrr_minor,
        mrr_by_version.mrr_minor,
        false as is_base,
        comparisons.base_month as other_month
    from comparisons
    inner join mrr_by_version
        on comparisons.account_id = mrr_by_version.account_id
        and comparisons.month = mrr_by_version.month

),

both_ends_at_the_other_rate as (

    select
        both_ends.*,
        {{ at_rate('both_ends.local_mrr_minor', 'exchange_rates.rate', 'settings') }}
            as mrr_at_other_rate
    from both_ends
    cross join settings
    left join exchange_rates
        on both_ends.other_month = exchange_rates.month
        and both_ends.currency = exchange_rates.currency

)

select
    comparison,
    account_id,
    base_month,
    month,
    currency,
    plan,
    sum(case when is_base then local_mrr_minor else 0 end) as base_local,
    sum(case when is_base then 0 else local_mrr_minor end) as current_local,
    sum(case when is_base then mrr_minor else 0 end) as base_mrr,
    sum(case when is_base then 0 else mrr_minor end) as current_mrr,
    sum(case when is_base then mrr_at_other_rate else 0 end) as base_at_current_rate,
    sum(case when is_base then 0 else mrr_at_other_rate end) as current_at_base_rate
from both_ends_at_the_other_rate
group by comparison, account_id, base_month, month, currency, plan
