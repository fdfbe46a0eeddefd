{#
    Lists, for every account and month, the subscription versions that its opening and closing MRR
    are made of.
#}

with

mrr_by_version as (

    select * from {{ ref('int_mrr_by_version') }}

),

versions as (

    select * from {{ ref('int_subscription_versions') }}

),

months as (

    select * from {{ ref('int_revenue_months') }}

),

both_ends as (

    select
        account_id,
        month,
        version_key,
        cast(0 as decimal(38, 4)) as opening_mrr_minor,
        mrr_minor as closing_mrr_minor
    from mrr_by_version
    union all
    select
        mrr_by_version.account_id,
        months.month,
        mrr_by_version.version_key,
        mrr_by_version.mrr_minor as opening_mrr_minor,
        cast(0 as decimal(38, 4)) as closing_mrr_minor
    from mrr_by_version
    inner join months on mrr_by_version.month = months.previous_month

),

summed_to_version as (

    select
        account_id,
        month,
        version_key,
        cast(sum(opening_mrr_minor) as decimal(38, 4)) as opening_mrr_minor,
        cast(sum(closing_mrr_minor) as decimal(38, 4)) as closing_mrr_minor
    from both_ends
    group by account_id, month, version_key

)

select
    summed_to_version.account_id,
    summed_to_version.month,
    {{ json_objects(
        {
            'source_id': 'versions.source_id',
            'subscription_id': 'versions.subscription_id',
            'item_id': 'versions.item_id',
            'started_at': 'cast(versions.started_at as string)',
            'opening_mrr_minor': 'summed_to_version.opening_mrr_minor',
            'closing_mrr_minor': 'summed_to_version.closing_mrr_minor',
        },
        ['versions.started_at', 'summed_to_version.version_key']
    ) }} as source_rows
from summed_to_version
inner join versions on summed_to_version.version_key = versions.version_key
group by summed_to_version.account_id, summed_to_version.month
