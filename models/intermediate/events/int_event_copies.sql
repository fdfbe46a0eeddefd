{#
    Finds the events that were delivered more than once: the row received first counts, then the
    one that comes first by path, then by line. All others are copies and are left out everywhere.

    Ids are unique within a source only, so the key is (source_id, event_id).
#}

with

events as (

    select * from {{ ref('int_events_landed') }}

),

loads as (

    select * from {{ ref('stg_landing__loads') }}

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

)

select event_key
from deliveries_in_order
where delivery > 1
