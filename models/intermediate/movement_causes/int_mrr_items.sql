{#
    Lists what an account that expanded or contracted paid for at both ends of the month, item by
    item, in the items' own currency.
#}

with

movements as (

    select * from {{ ref('int_mrr_movements') }}

),

months as (

    select * from {{ ref('int_revenue_months') }}

),

mrr_by_version as (

    select * from {{ ref('int_mrr_by_version') }}

),

versions as (

    select * from {{ ref('int_subscription_versions') }}

),

amounts as (

    select * from {{ ref('int_subscription_amounts') }}

),

both_ends as (

    select
        movements.account_id,
        movements.month,
        mrr_by_version.month = movements.month as is_closing,
        mrr_by_version.version_key,
        mrr_by_version.stretch_started_at,
        mrr_by_version.currency,
        mrr_by_version.local_mrr_minor as mrr
    from movements
    inner join months on movements.month = months.month
    inner join mrr_by_version
        on movements.account_id = mrr_by_version.account_id
        and (
            movements.month = mrr_by_version.month
            or months.previous_month = mrr_by_version.month
        )
    where movements.movement in ('expansion', 'contraction')

)

select
    both_ends.account_id,
    both_ends.month,
    both_ends.is_closing,
    both_ends.currency,
    versions.source_id,
    versions.subscription_id,
    coalesce(versions.item_id, '') as item_id,
    row_number() over (
        partition by
            both_ends.account_id, both_ends.month, both_ends.is_closing, both_ends.currency,
            versions.source_id, versions.subscription_id, coalesce(versions.item_id, '')
        order by versions.started_at desc, both_ends.version_key desc
    ) as copy_number,
    versions.plan,
    versions.billing_interval || ' ' || cast(versions.interval_count as string) as charged_every,
    versions.amount_minor as price,
    versions.quantity,
    amounts.percent_off,
    amounts.amount_off,
    amounts.gross_mrr_minor as gross_mrr,
    both_ends.mrr
from both_ends
inner join versions on both_ends.version_key = versions.version_key
inner join amounts
    on both_ends.version_key = amounts.version_key
    and both_ends.stretch_started_at = amounts.started_at
