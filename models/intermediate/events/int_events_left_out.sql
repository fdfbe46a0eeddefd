{#
    Finds the landed events that count nowhere: those not known before `as_of`, and copies.

    An event is known where it occurred and, if the time of receipt is given, was received
    before `as_of`. Of an event delivered more than once the row received first counts, then the
    one that comes first by path, then by line. Ids are unique within a source only, so the key
    is (source_id, event_id).
#}

with

events as (

    select * from {{ ref('int_events_landed') }}

),

loads as (

    select * from {{ ref('stg_landing__loads') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

events_not_yet_known as (

    select events.event_key
    from events
    cross join as_of
    where
        events.occurred_at >= as_of.as_of
        or events.received_at >= as_of.as_of

),

ids_delivered_more_than_once as (

    select
        source_id,
        event_id
    from events
    group by source_id, event_id
    having count(*) > 1

),

deliveries_in_order as (

    select
        events.event_key,
        row_number() over (
            partition by events.source_id, events.event_id
            order by
                coalesce(events.received_at, events.occurred_at) asc,
                loads.file_path asc nulls last,
                events.line_number asc,
                events.event_key asc
        ) as delivery
    from events
    inner join ids_delivered_more_than_once
        on events.source_id = ids_delivered_more_than_once.source_id
        and events.event_id = ids_delivered_more_than_once.event_id
    left join loads on events.file_id = loads.file_id
    left join events_not_yet_known on events.event_key = events_not_yet_known.event_key
    where events_not_yet_known.event_key is null

)

select
    event_key,
    'copy' as reason
from deliveries_in_order
where delivery > 1
union all
select
    event_key,
    'not_yet_known' as reason
from events_not_yet_known
