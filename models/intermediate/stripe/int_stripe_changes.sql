{#
    Lists how subscriptions became what they are: the state after each event and, for one that is
    not told from its start, the state before its first; for one without events, the states that
    exports found it in, each from the load on in which it was found.

    Events count once, whatever the order of arrival. Of events of one second the last by kind
    counts: created, updated, deleted.
#}

with

events as (

    select * from {{ ref('stg_stripe__events') }}

),

snapshots as (

    select * from {{ ref('stg_stripe__subscriptions') }}

),

loads as (

    select * from {{ ref('stg_landing__loads') }}

),

subscription_events as (

    select
        events.*,
        {{ json_text('object', 'id') }} as subscription_id,
        case event_type
            when 'customer.subscription.created' then 0
            when 'customer.subscription.deleted' then 12
            else 1
        end as precedence
    from events
    where event_type like 'customer.subscription.%'

),

events_in_order as (

    select
        subscription_events.*,
        row_number() over (
            partition by source_id, subscription_id
            order by recorded_at asc, precedence asc, event_id asc, file_id asc, line_number asc
        ) as place
    from subscription_events

),

snapshots_in_order as (

    select
        snapshots.*,
        loads.loaded_at,
        row_number() over (
            partition by snapshots.source_id, snapshots.subscription_id
            order by snapshots.file_id asc, snapshots.line_number asc
        ) as place
    from snapshots
    left join loads on snapshots.file_id = loads.file_id

)

select
    source_id,
    file_id,
    line_number,
    subscription_id,
    place,
    object,
    recorded_at,
    recorded_at as changed_at,
    precedence = 0 as is_first
from events_in_order
union all
select
    source_id,
    file_id,
    line_number,
    subscription_id,
    0 as place,
    {{ json_patched('object', "coalesce(previous_attributes, '{}')") }} as object,
    cast(null as timestamp) as recorded_at,
    recorded_at as changed_at,
    true as is_first
from events_in_order
where place = 1 and precedence <> 0
union all
select
    snapshots.source_id,
    snapshots.file_id,
    snapshots.line_number,
    snapshots.subscription_id,
    snapshots.place,
    snapshots.object,
    case when snapshots.place > 1 then snapshots.loaded_at end as recorded_at,
    snapshots.loaded_at as changed_at,
    snapshots.place = 1 as is_first
from snapshots_in_order as snapshots
left join events_in_order
    on snapshots.source_id = events_in_order.source_id
    and snapshots.subscription_id = events_in_order.subscription_id
    and events_in_order.place = 1
where events_in_order.subscription_id is null
