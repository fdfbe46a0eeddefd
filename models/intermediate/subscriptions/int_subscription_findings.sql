{#
    Finds what is odd about subscription versions, and which of them cannot be counted at all.

    Set aside: an interval that is empty or reversed, a charge that covers no interval. Only
    noted: negative amounts, words we do not know, and versions of one item that overlap (both
    count).
#}

with

versions as (

    select * from {{ ref('int_subscription_versions_distinct') }}

),

lasting_versions as (

    select *
    from versions
    where ended_at is null or ended_at > started_at

),

versions_with_the_next_start as (

    select
        version_key,
        ended_at,
        lead(started_at) over (
            partition by source_id, subscription_id, coalesce(item_id, '')
            order by started_at, version_key
        ) as next_started_at
    from lasting_versions

),

findings as (

    select
        version_key,
        case when ended_at = started_at then 'empty_interval' else 'reversed_interval' end
            as finding,
        true as is_set_aside
    from versions
    where ended_at <= started_at
    union all
    select
        version_key,
        'no_interval_count' as finding,
        true as is_set_aside
    from versions
    where interval_count < 1
    union all
    select
        version_key,
        'negative_amount' as finding,
        false as is_set_aside
    from versions
    where amount_minor * quantity < 0
    union all
    select
        version_key,
        'overlap_with_next_version' as finding,
        false as is_set_aside
    from versions_with_the_next_start
    where next_started_at < ended_at or (next_started_at is not null and ended_at is null)
    union all
    select
        version_key,
        'unknown_interval' as finding,
        false as is_set_aside
    from versions
    where
        {{ times_per_year('billing_interval') }} = 0
        and billing_interval not in ('one_time', 'none')
    union all
    select
        version_key,
        'unknown_status' as finding,
        false as is_set_aside
    from versions
    where
        status not in (
            'trialing', 'active', 'past_due', 'unpaid', 'paused', 'incomplete',
            'incomplete_expired', 'canceled'
        )

)

select
    version_key,
    finding,
    is_set_aside
from findings
