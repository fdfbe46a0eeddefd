{#
    Lists the instants at which what an account pays in any currency changes, where settings ask
    for movements by event. A row that goes on as another row is no change. Where settings keep
    those on a free plan as customers, its start and end are changes too.
#}

with

subscription_spans as (

    select * from {{ ref('int_subscription_spans') }}

),

mrr_spans as (

    select * from {{ ref('int_mrr_spans') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

spans as (

    select
        revenue_account_id as account_id,
        currency as kind,
        started_at,
        ended_at,
        mrr_minor
    from mrr_spans
    where not is_internal
    union all
    select
        subscription_spans.revenue_account_id as account_id,
        'free' as kind,
        subscription_spans.started_at,
        subscription_spans.ended_at,
        1 as mrr_minor
    from subscription_spans
    cross join settings
    where
        subscription_spans.is_free
        and not subscription_spans.is_internal
        and settings.free_plan = 'contraction'

),

starts_and_ends as (

    select
        account_id,
        kind,
        started_at as changed_at,
        mrr_minor as change
    from spans
    union all
    select
        account_id,
        kind,
        ended_at as changed_at,
        -mrr_minor as change
    from spans
    where ended_at is not null

),

changes as (

    select
        account_id,
        kind,
        changed_at
    from starts_and_ends
    group by account_id, kind, changed_at
    having sum(change) <> 0

)

select distinct
    changes.account_id,
    changes.changed_at
from changes
cross join settings
where settings.movement_grain = 'event'
