-- What has landed, and how fresh it is.
with

events as (

    select
        source_id,
        'events' as stream,
        max(occurred_at) as newest_event_at
    from core.events
    group by source_id

)

select
    sources.source_id,
    sources.stream,
    sources.files,
    sources.rows_landed,
    sources.rows_duplicate,
    sources.rows_quarantined,
    sources.last_loaded_at,
    events.newest_event_at
from meta.sources as sources
left join events
    on sources.source_id = events.source_id and sources.stream = events.stream
order by sources.source_id, sources.rows_landed desc, sources.stream
