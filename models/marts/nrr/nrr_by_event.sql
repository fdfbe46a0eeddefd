{#
    Where settings count movements by event: what happened, when, and which rows say so?

    Empty while `movement_grain` is `account_month`. The rows of an event are the subscription
    versions whose MRR, in their own currency, is not the same just before and just after it.
#}

with

movements as (

    select * from {{ ref('int_mrr_event_movements') }}

),

spans as (

    select * from {{ ref('int_mrr_spans') }}

),

versions as (

    select * from {{ ref('int_subscription_versions') }}

),

versions_around_events as (

    select
        movements.account_id,
        movements.happened_at,
        spans.version_key,
        sum(
            case when spans.started_at < movements.happened_at then spans.mrr_minor else 0 end
        ) as mrr_before,
        sum(
            case
                when spans.ended_at is null or spans.ended_at > movements.ended_at
                    then spans.mrr_minor
                else 0
            end
        ) as mrr_after
    from movements
    inner join spans
        on movements.account_id = spans.revenue_account_id
        and movements.ended_at >= spans.started_at
        and (spans.ended_at is null or movements.happened_at <= spans.ended_at)
    group by movements.account_id, movements.happened_at, spans.version_key

),

sources as (

    select
        around.account_id,
        around.happened_at,
        {{ json_objects(
            {
                'source_id': 'versions.source_id',
                'subscription_id': 'versions.subscription_id',
                'item_id': 'versions.item_id',
                'started_at': 'cast(versions.started_at as string)',
                'currency': 'versions.currency',
                'mrr_before_minor': 'around.mrr_before',
                'mrr_after_minor': 'around.mrr_after',
            },
            ['versions.started_at', 'around.version_key']
        ) }} as source_rows
    from versions_around_events as around
    inner join versions on around.version_key = versions.version_key
    where around.mrr_before <> around.mrr_after
    group by around.account_id, around.happened_at

)

select
    cast(movements.account_id as string) as account_id,
    cast(movements.happened_at as timestamp) as happened_at,
    movements.month,
    cast(movements.movement as string) as movement,
    cast(movements.movement_minor as decimal(38, 4)) as movement_minor,
    cast(coalesce(sources.source_rows, '[]') as string) as source_rows
from movements
left join sources
    on movements.account_id = sources.account_id
    and movements.happened_at = sources.happened_at
