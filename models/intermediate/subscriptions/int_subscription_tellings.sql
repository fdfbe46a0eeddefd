{#
    Tells every stretch twice: when it was in force, and when it was known to be. It was known from
    its writing, if that came after its start, and until its end (its own, or the start of the
    version that follows) was written down.
#}

with

spans as (

    select * from {{ ref('int_subscription_spans') }}

),

versions as (

    select * from {{ ref('int_subscription_versions') }}

),

versions_landed as (

    select * from {{ ref('int_subscription_versions_landed') }}

),

starts_recorded as (

    select
        source_id,
        subscription_id,
        coalesce(item_id, '') as item_id,
        started_at,
        min(coalesce(recorded_at, started_at)) as recorded_at
    from versions_landed
    group by source_id, subscription_id, coalesce(item_id, ''), started_at

),

ends_written_down as (

    select
        source_id,
        subscription_id,
        coalesce(item_id, '') as item_id,
        ended_at,
        coalesce(recorded_at, started_at) as recorded_at
    from versions_landed
    where ended_at is not null
    union all
    select
        source_id,
        subscription_id,
        item_id,
        started_at as ended_at,
        recorded_at
    from starts_recorded

),

ends_recorded as (

    select
        source_id,
        subscription_id,
        item_id,
        ended_at,
        min(recorded_at) as recorded_at
    from ends_written_down
    group by source_id, subscription_id, item_id, ended_at

),

spans_as_known as (

    select
        spans.version_key,
        spans.account_id,
        spans.plan,
        spans.is_in_force,
        spans.mrr_minor,
        greatest(spans.started_at, starts_recorded.recorded_at) as known_from,
        greatest(spans.ended_at, coalesce(ends_recorded.recorded_at, spans.ended_at)) as known_to
    from spans
    inner join versions on spans.version_key = versions.version_key
    inner join starts_recorded
        on versions.source_id = starts_recorded.source_id
        and versions.subscription_id = starts_recorded.subscription_id
        and coalesce(versions.item_id, '') = starts_recorded.item_id
        and versions.started_at = starts_recorded.started_at
    left join ends_recorded
        on versions.source_id = ends_recorded.source_id
        and versions.subscription_id = ends_recorded.subscription_id
        and coalesce(versions.item_id, '') = ends_recorded.item_id
        and spans.ended_at = ends_recorded.ended_at

)

select
    false as is_as_known,
    version_key,
    account_id,
    plan,
    is_in_force,
    mrr_minor,
    started_at,
    ended_at
from spans
union all
select
    true as is_as_known,
    version_key,
    account_id,
    plan,
    is_in_force,
    mrr_minor,
    known_from as started_at,
    known_to as ended_at
from spans_as_known
where known_to is null or known_from < known_to
