{#
    Gives every stretch of a subscription its account and what it is worth: all that plans,
    payments and MRR are made of.
#}

with

amounts as (

    select * from {{ ref('int_subscription_amounts') }}

),

versions as (

    select * from {{ ref('int_subscription_versions') }}

),

revenue_accounts as (

    select * from {{ ref('int_revenue_accounts') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

)

select
    amounts.version_key,
    versions.source_id,
    versions.subscription_id,
    versions.item_id,
    versions.account_id,
    coalesce(revenue_accounts.revenue_account_id, versions.account_id) as revenue_account_id,
    coalesce(revenue_accounts.is_internal, false) as is_internal,
    versions.plan,
    versions.currency,
    amounts.started_at,
    case when amounts.ended_at < as_of.as_of then amounts.ended_at end as ended_at,
    amounts.is_trial,
    amounts.is_in_force,
    amounts.is_free,
    amounts.mrr_minor
from amounts
inner join versions on amounts.version_key = versions.version_key
cross join as_of
left join revenue_accounts on versions.account_id = revenue_accounts.account_id
where amounts.started_at < as_of.as_of
